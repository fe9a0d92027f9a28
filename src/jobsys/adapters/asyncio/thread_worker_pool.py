"""Slots that are threads, each with an event loop of its own."""

import asyncio
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from math import inf
from typing import Final

from jobsys.adapters.asyncio.worker_pool import AsyncioWorkerPool, Begin
from jobsys.domain.lease import Lease
from jobsys.domain.transition import Transition
from jobsys.ports.worker_pool import HEEDS_WITHIN, Attempt, StopReason

NAME: Final = "jobsys-slot"


class ThreadWorkerPool(AsyncioWorkerPool):
    """Runs each attempt alone in a thread: a handler that blocks its loop holds up nobody else.

    What a handler keeps from one attempt for the next must not belong to an event loop, for the
    next attempt may run in another. Threads are made when they are needed, and end at the stop.
    """

    def __init__(self, begin: Begin, size: int) -> None:
        super().__init__(lambda lease: _Elsewhere(begin(lease), self), size)
        self._idle: list[_Slot] = []
        self._stopped = False

    async def start(self, on_finished: Callable[[], None]) -> None:
        self._stopped = False
        await super().start(on_finished)

    async def stop(self, grace: timedelta) -> Sequence[Transition]:
        ends = await super().stop(grace)
        self._stopped = True
        for slot in self._idle:
            slot.end()
        self._idle = []
        return ends

    def take(self) -> "_Slot":
        """Returns a slot for one attempt."""
        alive = [slot for slot in self._idle if slot.loop.is_running()]
        slot, self._idle = (alive[-1], alive[:-1]) if alive else (_Slot(), [])
        return slot

    def free(self, slot: "_Slot") -> None:
        """Takes a slot back."""
        if self._stopped:  # it had been left behind
            slot.end()
        elif slot.loop.is_running():  # a handler may have ended it
            self._idle.append(slot)


class _Slot:
    """A thread that runs an event loop until it is told to end; a daemon, for it may hang."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self._work, name=NAME, daemon=True).start()

    def end(self) -> None:
        with suppress(RuntimeError):  # it has ended already
            self.loop.call_soon_threadsafe(self.loop.stop)

    def _work(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self.loop) as runner:
            runner.get_loop().run_forever()


class _Elsewhere(Attempt):
    """An attempt that runs in another thread's loop, as it can be reached from here."""

    def __init__(self, attempt: Attempt, slots: ThreadWorkerPool) -> None:
        self._attempt = attempt
        self._slots = slots
        self._slot: _Slot | None = None
        self._asked: tuple[StopReason, float] | None = None

    @property
    def lease(self) -> Lease:
        return self._attempt.lease

    @property
    def progress(self) -> tuple[int, str]:
        return self._attempt.progress

    async def run(self) -> Transition:
        self._slot = slot = self._slots.take()
        try:
            running = asyncio.run_coroutine_threadsafe(self._attempt.run(), slot.loop)
            return await asyncio.wrap_future(running)
        finally:
            self._slots.free(slot)

    def broken_off(self, error: Exception) -> Transition:
        return self._attempt.broken_off(error)

    def doubt_lease(self, *, doubted: bool) -> None:
        self._attempt.doubt_lease(doubted=doubted)

    @property
    def ends_by(self) -> float:
        return min(self._attempt.ends_by, self._asked[1] if self._asked else inf)

    def left_behind(self, reason: StopReason) -> Transition:
        return self._attempt.left_behind(self._asked[0] if self._asked else reason)

    def stop(self, reason: StopReason) -> None:
        if self._slot is None:  # it has not begun
            self._attempt.stop(reason)
            return
        if self._asked is None:  # the loop of a slot that is blocked does not hear of it
            self._asked = (reason, asyncio.get_running_loop().time() + HEEDS_WITHIN)
        with suppress(RuntimeError):  # the loop has ended: there is nothing left to stop
            self._slot.loop.call_soon_threadsafe(self._attempt.stop, reason)
