"""Jobs that block the event loop of the others, seen from beside it."""

import asyncio
import logging
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import FrameType
from typing import Final

from jobsys.application.calling import carried_out
from jobsys.application.loop_time import loop_time
from jobsys.application.threads import called
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
        stack = _stack(sys._current_frames().get(self._thread))  # pyright: ignore[reportPrivateUsage] (documented)
        log.warning(
            "the event loop has been blocked for over %.1f s by %s, at %s: every other job of this"
            " process waits; a handler that blocks is a plain `def`, which runs in a thread",
            seconds,
            _named(self._running()) if _handler_in(stack) else "what is no job",
            _place(_handler_in(stack) or _between_in(stack)),
        )


CALLS: Final = (called.__code__, carried_out.__code__)
"""What calls handlers, and callbacks."""


def _named(jobs: Sequence[JobId]) -> str:
    return f"job {jobs[0]}" if len(jobs) == 1 else f"one of {len(jobs)} jobs"


def _stack(frame: FrameType | None) -> Sequence[FrameType]:
    """Returns what a thread is in the middle of, the outermost call first."""
    stack: list[FrameType] = []
    while frame is not None:
        stack.insert(0, frame)
        frame = frame.f_back
    return stack


def _handler_in(stack: Sequence[FrameType]) -> Sequence[FrameType]:
    """Returns the part of a stack that a handler is, from its own frame on; empty without one."""
    return next((stack[i + 1 :] for i in _backwards(stack) if stack[i].f_code in CALLS), ())


def _between_in(stack: Sequence[FrameType]) -> Sequence[FrameType]:
    """Returns the part of a stack that the event loop, or jobsys, has called last."""
    return next((stack[i + 1 :] for i in _backwards(stack) if _is_between(stack[i])), stack)


def _place(stack: Sequence[FrameType]) -> str:
    """Returns the line of the outermost call that is neither ours nor the event loop's."""
    place = next((frame for frame in stack if not _is_between(frame)), None)
    if place is None:
        return "an unknown place"
    return f"{place.f_code.co_filename}:{place.f_lineno} in {place.f_code.co_qualname}"


def _backwards(stack: Sequence[FrameType]) -> Sequence[int]:
    return range(len(stack) - 1, -1, -1)


def _is_between(frame: FrameType) -> bool:
    """Says whether a frame is no more the handler's, but ours or the event loop's."""
    return str(frame.f_globals.get("__name__")).partition(".")[0] in {"jobsys", "asyncio", "uvloop"}
