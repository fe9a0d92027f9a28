"""A queue in front of a queue."""

from abc import abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import TypeVar

from jobsys.domain.lease import Lease
from jobsys.domain.move import Move
from jobsys.domain.transition import Transition
from jobsys.ports.job_queue import (
    NO_SWEEP,
    JobQueue,
    LeaseState,
    Moved,
    Renewal,
    Tick,
)
from jobsys.ports.submission import Answer, Submission
from jobsys.ports.sweep import Sweep
from jobsys.ports.turn import Claim, Turn, TurnTicket

T = TypeVar("T")


class RelayQueue(JobQueue):
    """Hands every call on to a real queue, through one place."""

    def __init__(self, real: JobQueue) -> None:
        self._real = real

    @abstractmethod
    async def _call(self, name: str, make: Callable[[], Awaitable[T]]) -> T:
        """Makes a call of the real queue, or does what shall happen instead."""

    async def enqueue(self, submissions: Sequence[Submission]) -> Sequence[Answer]:
        """Stores jobs."""
        return await self._call("enqueue", lambda: self._real.enqueue(submissions))

    async def turn(
        self,
        ticket: TurnTicket,
        settle: Sequence[Transition],
        claim: Sequence[Claim],
        lease_for: timedelta,
    ) -> Turn:
        """Settles and claims."""
        return await self._call("turn", lambda: self._real.turn(ticket, settle, claim, lease_for))

    async def extend(
        self, renewals: Sequence[Renewal], lease_for: timedelta
    ) -> Sequence[LeaseState]:
        """Extends leases."""
        return await self._call("extend", lambda: self._real.extend(renewals, lease_for))

    async def reclaim(
        self,
        ticket: TurnTicket,
        queues: Sequence[str],
        limit: int,
        lease_for: timedelta,
        sweep: Sweep = NO_SWEEP,
    ) -> Sequence[Lease]:
        """Takes over what has run out."""
        return await self._call(
            "reclaim", lambda: self._real.reclaim(ticket, queues, limit, lease_for, sweep)
        )

    async def tick(self, queues: Sequence[str], limit: int) -> Tick:
        """Does what time asks for."""
        return await self._call("tick", lambda: self._real.tick(queues, limit))

    async def has_work(self, queues: Sequence[str]) -> bool:
        """Says whether there are jobs that have not ended."""
        return await self._call("has_work", lambda: self._real.has_work(queues))

    async def move(self, moves: Sequence[Move]) -> Sequence[Moved]:
        """Makes moves."""
        return await self._call("move", lambda: self._real.move(moves))

    async def wait(self, queues: Sequence[str], timeout: timedelta) -> Sequence[str]:
        """Waits for work."""
        return await self._call("wait", lambda: self._real.wait(queues, timeout))
