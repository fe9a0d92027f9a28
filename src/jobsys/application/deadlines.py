"""Time limits of many attempts, watched by one timer."""

import asyncio
import threading
from collections.abc import Callable
from typing import Final

SCAN_EVERY: Final = 0.1


class Deadlines(threading.local):
    """Calls back for whoever is out of time, within a tenth of a second, in the loop that asked.

    One scan serves all attempts of a loop: a timer for each would cost more than many jobs
    themselves. Threads have nothing in common here: each has a loop of its own.
    """

    def __init__(self) -> None:
        self._ends: dict[Callable[[], None], float] = {}
        self._scan: asyncio.TimerHandle | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def watch(self, out_of_time: Callable[[], None], seconds: float) -> float:
        """Begins a limit, and returns its end; `out_of_time` is called once when it has passed."""
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            self._loop, self._scan, self._ends = loop, None, {}
        self._ends[out_of_time] = end = loop.time() + seconds
        if self._scan is None:
            self._scan = loop.call_later(SCAN_EVERY, self._look, loop)
        return end

    def forget(self, out_of_time: Callable[[], None]) -> None:
        """Ends a limit; one that has passed already is ignored."""
        self._ends.pop(out_of_time, None)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        now = loop.time()
        self._scan = loop.call_later(SCAN_EVERY, self._look, loop) if self._ends else None
        for call in [call for call, end in self._ends.items() if end <= now]:
            if self._ends.pop(call, None) is not None:
                call()
