"""The backend's ports at the end of a line."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta

from jobsys.domain.lease import Lease
from jobsys.domain.move import Move
from jobsys.domain.schedule import Firing, Schedule, ScheduleId
from jobsys.domain.transition import Transition
from jobsys.ports.job_queue import (
    NO_SWEEP,
    JobQueue,
    LeaseState,
    Moved,
    Renewal,
    Tick,
)
from jobsys.ports.presence import Presence
from jobsys.ports.scheduler import Due, Scheduler
from jobsys.ports.submission import Answer, Submission
from jobsys.ports.sweep import Sweep
from jobsys.ports.turn import Claim, Turn, TurnTicket
from jobsys.testing.simulation.ledger import Ledger
from jobsys.testing.simulation.line import Line


class QueueOnLine(JobQueue):
    """Hands each call on to a real queue over a line, and tells the ledger what came of it."""

    def __init__(self, real: JobQueue, line: Line, ledger: Ledger) -> None:
        self._real = real
        self._call = line.call
        self._ledger = ledger

    async def enqueue(self, submissions: Sequence[Submission]) -> Sequence[Answer]:
        """Stores jobs."""
        return await self._call(
            "enqueue",
            lambda: self._real.enqueue(submissions),
            lambda receipts: self._ledger.submitted(submissions, receipts),
        )

    async def turn(
        self,
        ticket: TurnTicket,
        settle: Sequence[Transition],
        claim: Sequence[Claim],
        lease_for: timedelta,
    ) -> Turn:
        """Applies transitions, then claims jobs."""
        return await self._call(
            "turn",
            lambda: self._real.turn(ticket, settle, claim, lease_for),
            lambda turn: self._ledger.turned(ticket, settle, turn),
        )

    async def extend(
        self, renewals: Sequence[Renewal], lease_for: timedelta
    ) -> Sequence[LeaseState]:
        """Renews leases."""
        return await self._call(
            "extend",
            lambda: self._real.extend(renewals, lease_for),
            lambda states: self._ledger.renewed(renewals, states),
        )

    async def reclaim(
        self,
        ticket: TurnTicket,
        queues: Sequence[str],
        limit: int,
        lease_for: timedelta,
        sweep: Sweep = NO_SWEEP,
    ) -> Sequence[Lease]:
        """Takes leases over that have run out."""
        return await self._call(
            "reclaim",
            lambda: self._real.reclaim(ticket, queues, limit, lease_for, sweep),
            lambda leases: self._ledger.reclaimed(ticket, leases),
        )

    async def tick(self, queues: Sequence[str], limit: int) -> Tick:
        """Does what time asks for."""
        return await self._call(
            "tick", lambda: self._real.tick(queues, limit), lambda _: self._ledger.ticked()
        )

    async def has_work(self, queues: Sequence[str]) -> bool:
        """Says whether there are jobs that have not ended."""
        return await self._call("has work", lambda: self._real.has_work(queues))

    async def move(self, moves: Sequence[Move]) -> Sequence[Moved]:
        """Makes moves."""
        return await self._call("move", lambda: self._real.move(moves), self._ledger.moved)

    async def wait(self, queues: Sequence[str], timeout: timedelta) -> Sequence[str]:
        """Waits for work."""
        return await self._call("wait", lambda: self._real.wait(queues, timeout))


class SchedulerOnLine(Scheduler):
    """Hands each call on to a real scheduler over a line, and tells the ledger of jobs made."""

    def __init__(self, real: Scheduler, line: Line, ledger: Ledger) -> None:
        self._real = real
        self._call = line.call
        self._ledger = ledger

    async def put(self, schedules: Sequence[Schedule]) -> None:
        """Stores schedules."""
        await self._call("put", lambda: self._real.put(schedules))

    async def get(self, ids: Sequence[ScheduleId]) -> Mapping[ScheduleId, Schedule]:
        """Returns schedules."""
        return await self._call("get", lambda: self._real.get(ids))

    async def find(self, queue: str | None = None) -> Sequence[Schedule]:
        """Returns the schedules of a queue."""
        return await self._call("find", lambda: self._real.find(queue))

    async def remove(self, schedule_id: ScheduleId) -> bool:
        """Forgets a schedule."""
        return await self._call("remove", lambda: self._real.remove(schedule_id))

    async def set_next(self, schedule_id: ScheduleId, next_at: datetime | None) -> bool:
        """Sets a schedule's next fire time."""
        return await self._call("set next", lambda: self._real.set_next(schedule_id, next_at))

    async def due(self, queues: Sequence[str], limit: int) -> Due | None:
        """Returns schedules whose time has come."""
        return await self._call("due", lambda: self._real.due(queues, limit))

    async def fire(self, firings: Sequence[Firing]) -> Sequence[bool]:
        """Makes the jobs of fire times."""
        return await self._call(
            "fire",
            lambda: self._real.fire(firings),
            lambda made: self._ledger.fired(firings, made),
        )


class PresenceOnLine(Presence):
    """Asks a real presence over a line who is gone."""

    def __init__(self, real: Presence, line: Line) -> None:
        self._real = real
        self._call = line.call

    def present(self, worker: str) -> AbstractAsyncContextManager[None]:
        """Shows that a worker is there; no fault strikes while it does."""
        return self._real.present(worker)

    async def gone(self) -> Collection[str]:
        """Returns workers that count as dead."""
        return await self._call("gone", self._real.gone)

    async def known(self) -> int:
        """Returns how many workers are on the roll."""
        return await self._call("known", self._real.known)

    async def forget(self, workers: Collection[str]) -> None:
        """Names these no more."""
        await self._call("forget", lambda: self._real.forget(workers))
