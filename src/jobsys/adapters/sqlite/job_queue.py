"""The job queue in a file."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from jobsys.adapters.sqlite.enqueue import enqueue
from jobsys.adapters.sqlite.leases import extend
from jobsys.adapters.sqlite.moves import moved
from jobsys.adapters.sqlite.rows import JobRow
from jobsys.adapters.sqlite.store import SqliteStore
from jobsys.adapters.sqlite.sweep import swept
from jobsys.adapters.sqlite.transaction import Transaction
from jobsys.adapters.sqlite.turns import idle_turn, reclaiming_turn, turn
from jobsys.adapters.sqlite.upkeep import tick
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


class SqliteJobQueue(JobQueue):
    """Keeps jobs in a file; any number of processes of one host may share it."""

    def __init__(self, store: SqliteStore, keep_last: int | None = 10_000) -> None:
        self._store = store
        self._keep_last = keep_last

    async def enqueue(self, submissions: Sequence[Submission]) -> Sequence[Answer]:
        return await self._store.write(lambda t: [enqueue(t, s) for s in submissions])

    async def turn(
        self,
        ticket: TurnTicket,
        settle: Sequence[Transition],
        claim: Sequence[Claim],
        lease_for: timedelta,
    ) -> Turn:
        return await self._store.write(
            lambda t: turn(t, ticket, settle, claim, lease_for),
            unless=None if settle else lambda s: idle_turn(s, ticket, claim),
        )

    async def extend(
        self, renewals: Sequence[Renewal], lease_for: timedelta
    ) -> Sequence[LeaseState]:
        return await self._store.write(lambda t: [extend(t, r, lease_for) for r in renewals])

    async def reclaim(
        self,
        ticket: TurnTicket,
        queues: Sequence[str],
        limit: int,
        lease_for: timedelta,
        sweep: Sweep = NO_SWEEP,
    ) -> Sequence[Lease]:
        def overdue(transaction: Transaction) -> Mapping[str, Sequence[JobRow]]:
            return {queue: swept(transaction, queue, sweep, limit) for queue in queues}

        return await self._store.write(lambda t: reclaiming_turn(t, ticket, overdue, lease_for))

    async def tick(self, queues: Sequence[str], limit: int) -> Tick:
        return await self._store.write(lambda t: tick(t, queues, limit, self._keep_last))

    async def has_work(self, queues: Sequence[str]) -> bool:
        return await self._store.read(lambda s: any(s.has_work(queue) for queue in queues))

    async def move(self, moves: Sequence[Move]) -> Sequence[Moved]:
        return await self._store.write(lambda t: [moved(t, move) for move in moves])

    async def wait(self, queues: Sequence[str], timeout: timedelta) -> Sequence[str]:
        return await self._store.wait(queues, timeout)
