"""What pools have in common whose attempts end as futures of one event loop."""

import asyncio
import logging
from abc import abstractmethod
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final

from jobsys.domain.lease import Lease
from jobsys.domain.transition import Transition
from jobsys.ports.worker_pool import Attempt, PoolStats, StopReason, WorkerPool

log = logging.getLogger("jobsys.worker")

LAST_WORD: Final = timedelta(seconds=1)
"""How long a stopped attempt may take to clean up before it is left behind."""

Begin = Callable[[Lease], Attempt]
"""Makes the attempt that a lease is for."""


class FuturePool(WorkerPool):
    """Counts slots, collects ends, and waits for them at a stop; how an attempt runs is left open."""

    def __init__(self, begin: Begin, size: int) -> None:
        self._begin = begin
        self._size = size
        self._running: dict[asyncio.Future[Transition], Attempt] = {}
        self._finished: list[Transition] = []
        self._on_finished: Callable[[], None] = lambda: None

    async def start(self, on_finished: Callable[[], None]) -> None:
        self._on_finished = on_finished

    def start_attempt(self, lease: Lease) -> Attempt:
        future, attempt = self._started(self._begin(lease))
        self._running[future] = attempt
        future.add_done_callback(self._ended)
        return attempt

    def finished(self) -> list[Transition]:
        ended, self._finished = self._finished, []
        return ended

    def stats(self) -> PoolStats:
        active = len(self._running)
        return PoolStats(self._size, active, max(self._size - active, 0))

    def active_in(self, queue: str) -> int:
        return sum(a.lease.record.id.queue == queue for a in self._running.values())

    async def stop(self, grace: timedelta) -> Sequence[Transition]:
        await self._rest(grace)
        for attempt in self._running.values():
            attempt.stop(StopReason.SHUTDOWN)
        await self._rest(LAST_WORD)
        left_behind, self._running = self._running, {}
        return self.finished() + [attempt.lease.released() for attempt in left_behind.values()]

    @abstractmethod
    def _started(self, attempt: Attempt) -> "tuple[asyncio.Future[Transition], Attempt]":
        """Lets an attempt run; returns its end to come, and how to reach it from this loop."""

    async def _rest(self, at_most: timedelta) -> None:
        if self._running:
            await asyncio.wait(list(self._running), timeout=at_most.total_seconds())

    def _ended(self, future: "asyncio.Future[Transition]") -> None:
        attempt = self._running.pop(future, None)
        failure = None if future.cancelled() else future.exception()
        if failure is not None:
            log.error("an attempt ended without an outcome", exc_info=failure)
        if attempt is None:
            return  # left behind: its job was given back long ago
        self._finished.append(_end(future, attempt))
        if len(self._finished) == 1:
            self._on_finished()


def _end(future: "asyncio.Future[Transition]", attempt: Attempt) -> Transition:
    """Returns what an ended attempt leaves; where it says nothing itself, its failure counts.

    A job released for a failure of ours would be claimed again at once, for ever.
    """
    failure = None if future.cancelled() else future.exception()
    if isinstance(failure, Exception):
        return attempt.broken_off(failure)
    ended_well = failure is None and not future.cancelled()
    return future.result() if ended_well else attempt.lease.released()
