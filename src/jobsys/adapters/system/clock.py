"""This host's clock."""

from datetime import UTC, datetime

from jobsys.ports.clock import Clock


class SystemClock(Clock):
    """Shows what the operating system shows."""

    def now(self) -> datetime:
        return datetime.now(UTC)
