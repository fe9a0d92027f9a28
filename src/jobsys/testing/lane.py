"""A worker's lane, as far as a queue sees it."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import count

from jobsys.domain.lease import Lease
from jobsys.domain.transition import Transition
from jobsys.ports.job_queue import NO_SWEEP, JobQueue
from jobsys.ports.sweep import Sweep
from jobsys.ports.turn import Claim, Turn, TurnTicket
from jobsys.testing.jobs import LEASE_FOR, QUEUE

_numbers = count(1)


class Lane:
    """Numbers its calls upward, as a worker does; no two lanes have the same name."""

    def __init__(self, queue: JobQueue, lease_for: timedelta = LEASE_FOR, worker: str = "") -> None:
        number = next(_numbers)
        self.name = f"{worker}.{number}" if worker else f"lane-{number}"
        self._queue = queue
        self._lease_for = lease_for
        self._calls = count(1)

    def ticket(self) -> TurnTicket:
        """Returns the ticket of the lane's next call."""
        return TurnTicket(self.name, next(self._calls))

    async def claim(self, limit: int = 100, queue: str = QUEUE) -> Sequence[Lease]:
        """Claims up to `limit` jobs of one queue."""
        return (await self.turn(claim=[Claim(queue, limit)])).leases

    async def claim_keys(self, limit: int = 100, queue: str = QUEUE) -> list[str]:
        """Claims up to `limit` jobs of one queue and tells their keys."""
        return [lease.record.id.key for lease in await self.claim(limit, queue)]

    async def claim_one(self, queue: str = QUEUE) -> Lease:
        """Claims the job at the head of a queue that has one."""
        [lease] = await self.claim(1, queue)
        return lease

    async def settle(self, *transitions: Transition) -> Turn:
        """Hands in the ends of attempts."""
        return await self.turn(settle=transitions)

    async def turn(
        self,
        settle: Sequence[Transition] = (),
        claim: Sequence[Claim] = (),
        ticket: TurnTicket | None = None,
    ) -> Turn:
        """Settles and claims in one call, with the next ticket or a given one."""
        return await self._queue.turn(ticket or self.ticket(), settle, claim, self._lease_for)

    async def reclaim(
        self,
        *queues: str,
        limit: int = 100,
        ticket: TurnTicket | None = None,
        sweep: Sweep = NO_SWEEP,
    ) -> Sequence[Lease]:
        """Takes over what has run out in the queues, or in the one that most tests use."""
        return await self._queue.reclaim(
            ticket or self.ticket(), queues or (QUEUE,), limit, self._lease_for, sweep
        )
