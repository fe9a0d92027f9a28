"""What jobsys costs, beside the least that the same guarantee could cost: `./dev bench`."""
