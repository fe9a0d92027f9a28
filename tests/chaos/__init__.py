"""Long runs under faults: `./dev chaos`."""
