"""The one clock of a simulation."""

import asyncio
from datetime import datetime, timedelta

from jobsys.ports.clock import Clock
from jobsys.testing.virtual_clock import START


class SimulatedClock(Clock):
    """Goes as the event loop's time does, and can be put forward; shows whole milliseconds.

    That is the resolution in which backends store time: what is due is due exactly then.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._ahead = timedelta(0)

    def now(self) -> datetime:
        """Returns the instant that the clock shows."""
        return START + self._ahead + timedelta(milliseconds=int(self._loop.time() * 1000))

    def forward(self, seconds: float) -> None:
        """Puts the clock forward; the timers of the event loop do not notice."""
        self._ahead += timedelta(seconds=seconds)
