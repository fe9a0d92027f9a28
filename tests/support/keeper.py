"""Attempts whose leases a keeper keeps, and the renewals that it asks for."""

import asyncio
from contextlib import (
    nullcontext,
)
from datetime import timedelta
from math import inf

from jobsys.adapters.memory.presence import MemoryPresence
from jobsys.application.renewal import OpenKeeping
from jobsys.domain.lease import Lease
from jobsys.domain.transition import Transition
from jobsys.ports.backend import Keeping
from jobsys.ports.job_queue import JobQueue
from jobsys.ports.worker_pool import Attempt, StopReason
from jobsys.testing.faults.faulty_queue import FaultyQueue
from tests.support.workshop import until

OFTEN = timedelta(milliseconds=10)


def keeping(queue: JobQueue) -> OpenKeeping:
    """Opens a queue with nobody to be seen."""
    return lambda: nullcontext(Keeping(queue, MemoryPresence()))


class Held(Attempt):
    """An attempt that only remembers why it was stopped, and on which event loop."""

    def __init__(self, lease: Lease) -> None:
        self._lease = lease
        self.reasons: list[StopReason] = []
        self.doubts: list[bool] = []
        self.loops: set[asyncio.AbstractEventLoop] = set()

    @property
    def lease(self) -> Lease:
        return self._lease

    @property
    def progress(self) -> tuple[int, str]:
        return 7, "seven"

    async def run(self) -> Transition:
        return self._lease.succeeded(None)

    def broken_off(self, error: Exception) -> Transition:
        return self._lease.released()

    def doubt_lease(self, *, doubted: bool) -> None:
        self.doubts.append(doubted)

    @property
    def ends_by(self) -> float:
        return inf

    def left_behind(self, reason: StopReason) -> Transition:
        return self._lease.released()

    def stop(self, reason: StopReason) -> None:
        self.reasons.append(reason)
        self.loops.add(asyncio.get_running_loop())


async def renewals(queue: FaultyQueue, more: int = 2) -> None:
    """Waits for renewals that began after this call."""
    wanted = queue.calls.count("extend") + more
    await until(lambda: queue.calls.count("extend") >= wanted)
