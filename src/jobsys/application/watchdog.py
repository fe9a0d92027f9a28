"""Loops that must not end or hang while jobs wait."""

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from jobsys.application.loop_time import loop_time

T = TypeVar("T")

log = logging.getLogger("jobsys.worker")

HANGS_AFTER: Final = 30.0
"""Seconds after which a call counts as one that will never be answered: backends give up earlier."""
LOOKS_EVERY: Final = 5.0
PAUSE: Final = 1.0
"""Seconds until a loop that ended is begun anew."""


class Loop(ABC):
    """Makes one call after the other, until its work is done.

    `asked_at` is when the call in flight was made, on the loop's clock; None while there is none.
    """

    def __init__(self) -> None:
        self.asked_at: float | None = None
        self.was_answered = False

    @abstractmethod
    def ring(self) -> None:
        """Says that there may be something to do."""

    @abstractmethod
    async def run(self) -> None:
        """Ends when its work is done, or when it is cancelled."""

    async def _answer(self, call: Awaitable[T]) -> T:
        """Returns what a call answers; one that raises stays in flight until `_gave_up`."""
        self.asked_at = loop_time()
        answer = await call
        self.asked_at, self.was_answered = None, True
        return answer

    def _gave_up(self) -> None:
        self.asked_at = None


class Watchdog:
    """Puts a new loop in the place of one that was broken off or hangs, until one has done its work."""

    def __init__(self, new_loop: Callable[[], Loop]) -> None:
        self._new_loop = new_loop
        self._is_first = True
        self._is_down = False
        self.loop = new_loop()

    @property
    def is_content(self) -> bool:
        """False from when a loop is broken off or hangs until its successor gets answers."""
        waits = self.loop.asked_at is not None and not self.loop.was_answered
        return not self._is_down and not self._hangs and (self._is_first or not waits)

    async def run(self) -> None:
        """Runs loops until one ends in order."""
        while not await self._has_done_its_work():
            self._is_first, self._is_down = False, True
            await asyncio.sleep(PAUSE)
            self.loop, self._is_down = self._new_loop(), False
            self.loop.ring()

    @property
    def _hangs(self) -> bool:
        asked_at = self.loop.asked_at
        return asked_at is not None and loop_time() - asked_at >= HANGS_AFTER

    async def _has_done_its_work(self) -> bool:
        task = asyncio.create_task(self.loop.run())
        try:
            while not task.done() and not self._hangs:
                await asyncio.wait([task], timeout=LOOKS_EVERY)
                self.loop.ring()  # should a wake-up ever be lost, it costs no more than this
        except asyncio.CancelledError:
            task.cancel()
            await asyncio.wait([task])
            raise
        if not task.done():
            log.error("a call of the worker is not answered: it is given up, and made anew")
            task.cancel()
            await asyncio.wait([task], timeout=PAUSE)
            return False
        error = None if task.cancelled() else task.exception()
        if error is not None:
            log.error("a loop of the worker was broken off, and is begun anew", exc_info=error)
        return error is None
