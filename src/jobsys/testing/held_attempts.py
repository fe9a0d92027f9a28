"""Attempts that a test holds, and a pool that runs them."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from datetime import timedelta
from math import inf
from typing import Final

from jobsys.domain.envelope import Header
from jobsys.domain.job_id import JobId
from jobsys.domain.lease import Lease
from jobsys.domain.payload import JobPayload
from jobsys.domain.priority import JobPriority
from jobsys.domain.record import JobRecord, Standing
from jobsys.domain.status import JobStatus, Reason
from jobsys.domain.transition import Transition
from jobsys.ports.worker_pool import Attempt, StopReason, WorkerPool
from jobsys.testing.jobs import CRASH
from jobsys.testing.until import until
from jobsys.testing.virtual_clock import START

NewPool = Callable[[Callable[[Lease], Attempt], int], WorkerPool]
"""Makes a pool of so many slots from what makes attempts."""

NO_GRACE: Final = timedelta(0)
AT_LENGTH: Final = timedelta(hours=1)


def leased(key: str = "a", queue: str = "default") -> Lease:
    """Returns a lease as a claim would have made it."""
    standing = Standing(JobStatus.PROCESSING, JobPriority.NORMAL, START, 1, "lane")
    record = JobRecord(
        JobId.of(queue, key), Header(type="greet"), JobPayload(b"{}"), START, standing
    )
    return Lease(record, START)


class HeldAttempt(Attempt):
    """An attempt that ends when a test says how, or when it is stopped, if it heeds that."""

    def __init__(self, lease: Lease) -> None:
        self._lease = lease
        self.heeds_stop = True
        self.begun = False
        self.due_at = inf
        self.end: Future[Transition] = Future()

    @property
    def lease(self) -> Lease:
        """The lease under which it runs."""
        return self._lease

    @property
    def progress(self) -> tuple[int, str]:
        """Always the same."""
        return 40, "half way"

    async def run(self) -> Transition:
        """Waits for its end."""
        self.begun = True
        return await asyncio.wrap_future(self.end)

    def broken_off(self, error: Exception) -> Transition:
        """Returns a retry."""
        return self._lease.failed(CRASH, timedelta(seconds=1), Reason.EXHAUSTED)

    def doubt_lease(self, *, doubted: bool) -> None:
        """Goes on."""

    @property
    def ends_by(self) -> float:
        """When a test says."""
        return self.due_at

    def left_behind(self, reason: StopReason) -> Transition:
        """Returns it released, with the reason told."""
        return self._lease.with_progress(2, reason.value).released()

    def stop(self, reason: StopReason) -> None:
        """Ends released, with the reason told."""
        if self.heeds_stop and not self.end.done():
            told = self._lease.with_progress(1, reason.value)
            self.end.set_result(told.released())


class Slots:
    """A pool of two slots, and what it rang for."""

    def __init__(self, new_pool: NewPool) -> None:
        self.rung = 0
        self.attempts: list[HeldAttempt] = []
        self.pool = new_pool(self._begin, 2)

    async def start(self, *leases: Lease) -> list[HeldAttempt]:
        """Starts the pool and attempts in it."""
        await self.pool.start(self._ring)
        for lease in leases:
            self.pool.start_attempt(lease)
        await until(lambda: all(attempt.begun for attempt in self.attempts))
        return self.attempts

    def _begin(self, lease: Lease) -> HeldAttempt:
        self.attempts.append(HeldAttempt(lease))
        return self.attempts[-1]

    def _ring(self) -> None:
        self.rung += 1
