"""The hot path of a backend: jobs in, jobs out, outcomes back."""

from abc import abstractmethod
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

from jobsys.domain.job_id import JobId
from jobsys.domain.lease import Lease
from jobsys.domain.move import Move
from jobsys.domain.status import JobStatus
from jobsys.domain.transition import Transition
from jobsys.domain.value import value
from jobsys.ports.submission import Answer, Submission
from jobsys.ports.sweep import Sweep
from jobsys.ports.turn import Claim, Turn, TurnTicket

NO_SWEEP: Final = Sweep()


@value
class Renewal:
    """A lease to be extended, with the progress that its handler reported."""

    job_id: JobId
    token: int
    lane: str
    percent: int = 0
    message: str = ""
    alone: bool = False


class LeaseState(StrEnum):
    """What a renewal learns about its lease; UNKNOWN where its queue's part of the call failed."""

    HELD = "held"
    CANCEL_ASKED = "cancel asked"
    LOST = "lost"
    UNKNOWN = "unknown"


@value
class Tick:
    """What a tick did, and what it leaves: jobs in workers' hands, and what time asks for next.

    `next_at` is when the next job is due, `over_at` when the next ended one is to be removed, or
    `now` while the room of removed ones is still to be given back; `now` is what the backend's
    clock said, None where no queue was asked.
    """

    promoted: int = 0
    removed: int = 0
    leased: int = 0
    next_at: datetime | None = None
    over_at: datetime | None = None
    now: datetime | None = None


@value
class Moved:
    """What a move found and left: `before` is None where there is no such job."""

    job_id: JobId
    before: JobStatus | None
    after: JobStatus | None
    applied: bool


class JobQueue(Protocol):
    """A durable place for jobs, judged by one clock of its own.

    Each call is atomic per queue: it happens wholly or not at all, and while it happens no other
    call sees it half done. Each call may be repeated: the repeat changes nothing.
    Every method raises `QueueUnavailable` when the backend does not answer.
    """

    @abstractmethod
    async def enqueue(self, submissions: Sequence[Submission]) -> Sequence[Answer]:
        """Stores jobs and answers in their order; very many may be stored in several steps.

        A job that is due now goes to the tail of its level's ready list.
        A job that is due later is SCHEDULED and not claimed before it is due.
        A blocked job waits until its parents are done.
        A job whose id exists already is left as it is: the receipt is EXISTS.
        A queue's policy may refuse a new job; see `QueuePolicies`.
        A job that must be unique is kept out by one that holds its digest: while that waits, or
        until it has ended, and for its period; it is answered with the holder's id. A hold that is
        over keeps nobody out, whether its job ended, was removed, or never came back.
        """

    @abstractmethod
    async def turn(
        self,
        ticket: TurnTicket,
        settle: Sequence[Transition],
        claim: Sequence[Claim],
        lease_for: timedelta,
    ) -> Turn:
        """Applies transitions, then claims jobs, each claim for the ticket's lane.

        A transition is applied only while the job has the status, token, lane and instant it was
        leased with; else it is refused as LOST, or as CANCELLING when a cancel came in between.
        Of several transitions of one lease in one turn the first is applied; the others are LOST.
        Jobs are claimed by level, the most urgent first, and within a level from the head.
        A claim that names levels gets jobs of these alone, in the order in which it names them.
        Each claim raises the job's token by one, and tells for how long the job had been ready.
        A job is claimed by one lane at a time.
        A ticket repeated is answered with the refusals of its first call and with those of its
        leases that the lane still holds, renewed; a turn that changed nothing is not remembered.
        A ticket older than the lane's last does nothing.
        An unreadable job is leased like any other, its record marked as damaged.
        A job that goes back from its lease goes to the head of its list; jobs that go back
        together keep their order.
        """

    @abstractmethod
    async def extend(
        self, renewals: Sequence[Renewal], lease_for: timedelta
    ) -> Sequence[LeaseState]:
        """Sets each lease's end to `lease_for` from now and answers in order.

        A lease that another lane or token holds by now is LOST, and nothing is changed.
        A lease whose job's cancel was asked for is extended all the same, and says CANCEL_ASKED.
        Progress that came with a renewal is stored; of two renewals of one lease, the last one's.
        A queue that fails keeps no other's leases from being extended: its own are UNKNOWN, and
        nothing of them is changed. Where every queue fails, the call does.
        """

    @abstractmethod
    async def reclaim(
        self,
        ticket: TurnTicket,
        queues: Sequence[str],
        limit: int,
        lease_for: timedelta,
        sweep: Sweep = NO_SWEEP,
    ) -> Sequence[Lease]:
        """Takes over leases that have run out, up to `limit` a queue, for the ticket's lane.

        A lease that has not run out is left alone, unless its lane belongs to a gone worker.
        Where nobody had looked with a grace for two thirds of it, everybody stood still alike:
        what has run out meanwhile is renewed for the grace instead, except for gone workers, and
        never twice before somebody looked a grace later: however rare looks are, nothing starves.
        Each takeover raises the job's token by one, so that its former holder has lost it.
        A ticket repeated is answered as a repeated turn is.
        """

    @abstractmethod
    async def tick(self, queues: Sequence[str], limit: int) -> Tick:
        """Does what time asks for, up to `limit` jobs a queue.

        Jobs that are due move to the tail of their ready lists, the earliest first; they count as
        ready since they were due, however late the tick.
        Ended jobs whose retention is over are removed, and completed and cancelled ones beyond
        the number that a queue keeps, the first to go first; totals stay. An adapter that was made
        to keep all leaves both to a `Removal`.
        """

    @abstractmethod
    async def has_work(self, queues: Sequence[str]) -> bool:
        """Says whether these queues have jobs that have not ended.

        It costs little, however many there are, and writes nothing.
        """

    @abstractmethod
    async def move(self, moves: Sequence[Move]) -> Sequence[Moved]:
        """Makes moves that the domain allows, in order, and tells what each found and left.

        A job in a state that the move's rows do not name is left as it is.
        A move costs the same however many jobs wait.
        A job cancelled while it waits is not claimed any more.
        A job moved to another level goes to its tail.
        A replayed job starts over: no attempts, no crashes, no result; its errors are kept.
        A move that asks to be unique is refused where another job keeps it out, else it holds.
        """

    @abstractmethod
    async def wait(self, queues: Sequence[str], timeout: timedelta) -> Sequence[str]:
        """Returns queues in which work may have arrived; empty when the time is up.

        A job that arrives while one waits ends the wait of one waiter at least.
        A job that arrived before the wait began, and that ended nobody's wait yet, ends it at once.
        A turn that leaves jobs behind ends another waiter's wait.
        """
