"""Slots that are tasks of the running event loop."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final

from jobsys.domain.errors import IllegalTransition
from jobsys.domain.lease import Lease
from jobsys.domain.record import JobRecord
from jobsys.domain.transition import Transition
from jobsys.ports.worker_pool import Attempt, PoolStats, StopReason, WorkerPool

log = logging.getLogger("jobsys.worker")

LAST_WORD: Final = timedelta(seconds=1)
"""How long a stopped attempt may take to clean up before it is left behind."""

LOOKS_EVERY: Final = 0.25
"""How many seconds an attempt that should have ended may go unnoticed."""

Begin = Callable[[Lease], Attempt]
"""Makes the attempt that a lease is for."""


class AsyncioWorkerPool(WorkerPool):
    """Runs each attempt as a task beside the worker: the fastest, if no handler blocks the loop."""

    def __init__(self, begin: Begin, size: int) -> None:
        self._begin = begin
        self._size = size
        self._running: dict[Attempt, asyncio.Task[None] | None] = {}
        self._finished: list[Transition] = []
        self._on_finished: Callable[[], None] = lambda: None
        self._looking: asyncio.TimerHandle | None = None

    async def start(self, on_finished: Callable[[], None]) -> None:
        self._on_finished = on_finished
        self._looking = None

    def start_attempt(self, lease: Lease) -> Attempt:
        attempt = self._begin(lease)
        self._running[attempt] = None  # an eager task may end before it is known
        task = asyncio.get_running_loop().create_task(self._run(attempt))
        if attempt in self._running:
            self._running[attempt] = task
            if self._looking is None:
                self._look()
        return attempt

    def finished(self) -> list[Transition]:
        if not self._finished:
            self._sweep()
        ended, self._finished = self._finished, []
        return ended

    def stats(self) -> PoolStats:
        active = len(self._running)
        return PoolStats(self._size, active, max(self._size - active, 0))

    def count_active(self, wanted: Callable[[JobRecord], bool]) -> int:
        return sum(wanted(attempt.lease.record) for attempt in self._running)

    async def stop(self, grace: timedelta) -> Sequence[Transition]:
        await self._rest(grace)
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None
        for attempt in self._running:
            attempt.stop(StopReason.SHUTDOWN)
        await self._rest(LAST_WORD)
        left_behind, self._running = self._running, {}
        return self.finished() + [attempt.lease.released() for attempt in left_behind]

    def _look(self) -> None:
        """Leaves behind what should have ended, and looks again while anything runs."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        for attempt in [attempt for attempt in self._running if attempt.ends_by <= now]:
            self._ended(attempt, attempt.left_behind(StopReason.TIMEOUT))
        self._looking = loop.call_later(LOOKS_EVERY, self._look) if self._running else None

    async def _rest(self, at_most: timedelta) -> None:
        tasks = [task for task in self._running.values() if task]
        if tasks:
            await asyncio.wait(tasks, timeout=at_most.total_seconds())

    def _sweep(self) -> None:
        """Releases what was cancelled before it began; a look at all slots, so only when idle."""
        for attempt in [one for one, task in self._running.items() if task and task.done()]:
            try:
                self._ended(attempt, attempt.lease.released())
            except IllegalTransition as error:  # nothing can be said of it: its lease runs out
                del self._running[attempt]
                log.error("job %s cannot be given back: %s", attempt.lease.record.id, error)

    async def _run(self, attempt: Attempt) -> None:
        """Runs an attempt, and keeps its end; where it says nothing itself, its failure counts.

        A job released for a failure of ours would be claimed again at once, for ever.
        """
        try:
            end = await attempt.run()
        except Exception as error:
            log.exception("an attempt ended without an outcome")
            end = attempt.broken_off(error)
        except BaseException:
            self._ended(attempt, attempt.lease.released())
            raise
        self._ended(attempt, end)

    def _ended(self, attempt: Attempt, end: Transition) -> None:
        if attempt not in self._running:
            return  # left behind: its job was given back long ago
        del self._running[attempt]
        self._finished.append(end)
        if len(self._finished) == 1:
            self._on_finished()
