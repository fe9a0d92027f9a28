"""A clock that stands still until a test moves it."""

from datetime import UTC, datetime, timedelta
from typing import Final

from jobsys.domain.duration import parse_duration
from jobsys.ports.clock import Clock

START: Final = datetime(2030, 1, 1, tzinfo=UTC)


class VirtualClock(Clock):
    """Shows the same instant until it is advanced; every clock starts at `START`.

    >>> clock = VirtualClock()
    >>> clock.advance("1h")
    >>> clock.now().isoformat()
    '2030-01-01T01:00:00+00:00'
    """

    def __init__(self) -> None:
        self._now = START

    def now(self) -> datetime:
        """Returns the instant that the clock shows."""
        return self._now

    def advance(self, by: timedelta | str) -> None:
        """Moves the clock forward by a duration such as "1h30m"."""
        self._now += parse_duration(by)

    def reset(self) -> None:
        """Sets the clock back to where it started."""
        self._now = START
