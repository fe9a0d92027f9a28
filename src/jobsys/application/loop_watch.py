"""Jobs that block the event loop of the others, seen from beside it."""

import asyncio
import logging
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import FrameType
from typing import Final

from jobsys.application.loop_time import loop_time
from jobsys.domain.job_id import JobId

log = logging.getLogger("jobsys.worker")

LOOKS_EVERY: Final = 0.15
PATIENCE: Final = 5
"""How many looks without an answer are a blockage: looks, as a process that stands still takes none."""


class LoopWatch:
    """Tells in the log when jobs block the event loop in which it was made, and when that is over.

    `running` names the jobs that may do so; while there are none, it does not look.
    """

    def __init__(self, running: Callable[[], Sequence[JobId]]) -> None:
        self._running = running
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()

    async def run(self) -> None:
        """Looks until it is cancelled, from another event loop; its own it could not see blocked."""
        if asyncio.get_running_loop() is self._loop:
            return
        while True:
            if self._running():
                await self._look()
            await asyncio.sleep(LOOKS_EVERY)

    async def _look(self) -> None:
        """Has the loop answer, however long that takes."""
        asked_at, looks, answered = loop_time(), 0, threading.Event()
        with suppress(RuntimeError):  # closed meanwhile: whoever watches it ends as well
            self._loop.call_soon_threadsafe(answered.set)
        while not answered.is_set():
            await asyncio.sleep(LOOKS_EVERY)
            looks += 1
            if looks == PATIENCE and not answered.is_set():
                self._warn(loop_time() - asked_at)
        if looks > PATIENCE:
            log.info("the event loop goes on: it was blocked for %.1f s", loop_time() - asked_at)

    def _warn(self, seconds: float) -> None:
        jobs = self._running()
        log.warning(
            "the event loop has been blocked for over %.1f s by %s, at %s: every other job of this"
            " process waits; a handler that blocks is a plain `def`, which runs in a thread",
            seconds,
            f"job {jobs[0]}" if len(jobs) == 1 else f"one of {len(jobs)} jobs",
            _place(sys._current_frames().get(self._thread)),  # pyright: ignore[reportPrivateUsage] (documented)
        )


def _place(frame: FrameType | None) -> str:
    """Returns the line of the handler, or of what else the event loop has called."""
    place = frame
    while frame is not None and not _is_between(frame):
        place, frame = frame, frame.f_back
    if place is None:
        return "an unknown place"
    return f"{place.f_code.co_filename}:{place.f_lineno} in {place.f_code.co_qualname}"


def _is_between(frame: FrameType) -> bool:
    """Says whether a frame is no more the handler's, but ours or the event loop's."""
    return str(frame.f_globals.get("__name__")).partition(".")[0] in {"jobsys", "asyncio", "uvloop"}
