"""What a simulation itself saw happen, from what the backend was told and what it answered."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from jobsys.adapters.memory.store import MemoryStore
from jobsys.domain.job_id import JobId
from jobsys.domain.lease import Lease
from jobsys.domain.schedule import Firing, ScheduleId
from jobsys.domain.status import DELAYED, JobStatus
from jobsys.domain.transition import Transition
from jobsys.ports.clock import Clock
from jobsys.ports.job_queue import LeaseState, Moved, Renewal
from jobsys.ports.submission import Answer, Receipt, Submission
from jobsys.ports.turn import Turn, TurnTicket


@dataclass(slots=True)
class Life:
    """What was seen of one job.

    `states` are those that it entered, `granted` the tokens that were given out, `taken` the tokens
    under which an end or a renewal was taken, each with the newest at that time, and `starts` the
    claims, each with when the job was due.
    """

    job_id: JobId
    due: datetime
    states: list[JobStatus] = field(default_factory=list[JobStatus])
    granted: list[int] = field(default_factory=list[int])
    taken: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    starts: list[tuple[datetime, datetime]] = field(default_factory=list[tuple[datetime, datetime]])


class Ledger:
    """The lives of all jobs, and the trace: a line for each call that took effect, and for each change.

    A call repeated with its ticket changes nothing, whatever it is answered.
    """

    def __init__(self, store: MemoryStore, clock: Clock) -> None:
        self.lives: dict[JobId, Life] = {}
        self.accepted: dict[JobId, None] = {}
        self.touched: dict[JobId, Life] = {}
        self.now: dict[str, Counter[JobStatus]] = defaultdict(Counter)
        self.ever: dict[str, Counter[JobStatus]] = defaultdict(Counter)
        self.fired_at: dict[ScheduleId, list[datetime]] = defaultdict(list)
        self.trace: list[str] = []
        self._store = store
        self._clock = clock
        self._answered: dict[str, int] = {}

    def note(self, what: str) -> None:
        """Adds a line to the trace."""
        self.trace.append(what)

    @property
    def unfinished(self) -> bool:
        """True while a job has not ended."""
        return any(not life.states[-1].is_final for life in self.lives.values())

    def accept(self, job_id: JobId) -> None:
        """A job's submit has returned."""
        self.accepted[job_id] = None

    def submitted(self, submissions: Sequence[Submission], receipts: Sequence[Answer]) -> None:
        """Jobs were handed in."""
        for submission, receipt in zip(submissions, receipts, strict=True):
            if receipt is Receipt.CREATED:
                self._begin(submission.job_id, submission.due)

    def fired(self, firings: Sequence[Firing], made: Sequence[bool]) -> None:
        """Schedules were fired; the jobs that they made are accepted."""
        for firing, new in zip(firings, made, strict=True):
            if new:
                self._begin(firing.job_id, firing.begins_at)
                self.fired_at[firing.id].append(firing.fire_at or firing.due_at)
                self.accept(firing.job_id)

    def turned(self, ticket: TurnTicket, settle: Sequence[Transition], turn: Turn) -> None:
        """A lane has taken its turn."""
        applied = turn.applied(settle)
        if not self._is_first(ticket, bool(applied or turn.leases)):
            return
        for transition in applied:
            life = self._of(transition.record.id)
            self._take(life, transition.record.standing.token)
            if transition.due is not None:
                life.due = self._clock.now() + transition.due
            self._enter(life, transition.target)
        for lease in turn.leases:
            life = self._of(lease.record.id)
            life.starts.append((life.due, self._clock.now()))
            self._grant(life, lease)
            self._enter(life, lease.record.status)

    def reclaimed(self, ticket: TurnTicket, leases: Sequence[Lease]) -> None:
        """Leases were taken over."""
        if self._is_first(ticket, bool(leases)):
            for lease in leases:
                self._grant(self._of(lease.record.id), lease)

    def renewed(self, renewals: Sequence[Renewal], states: Sequence[LeaseState]) -> None:
        """Leases were renewed, or found lost."""
        for renewal, state in zip(renewals, states, strict=True):
            if state in (LeaseState.HELD, LeaseState.CANCEL_ASKED):
                self._take(self._of(renewal.job_id), renewal.token)

    def ticked(self) -> None:
        """Jobs that were due may have become ready: the store says which."""
        for life in self.lives.values():
            if life.states[-1] in DELAYED:
                status = self._stored_status(life.job_id)
                if status is JobStatus.QUEUED:
                    self._enter(life, status)

    def moved(self, answers: Sequence[Moved]) -> None:
        """Moves were made."""
        for moved in answers:
            if moved.applied and moved.after is not None and moved.after is not moved.before:
                self._enter(self._of(moved.job_id), moved.after)

    def _begin(self, job_id: JobId, due: timedelta | datetime | None) -> None:
        now = self._clock.now()
        begins = due if isinstance(due, datetime) else now + (due or timedelta(0))
        life = self.lives[job_id] = Life(job_id, begins)
        self._enter(life, JobStatus.SCHEDULED if begins > now else JobStatus.QUEUED)

    def _of(self, job_id: JobId) -> Life:
        life = self.touched[job_id] = self.lives[job_id]
        return life

    def _enter(self, life: Life, status: JobStatus) -> None:
        queue = life.job_id.queue
        if life.states:
            self.now[queue][life.states[-1]] -= 1
        life.states.append(status)
        self.now[queue][status] += 1
        self.ever[queue][status] += 1
        self.touched[life.job_id] = life
        self.note(f"  {life.job_id} {status}")

    def _grant(self, life: Life, lease: Lease) -> None:
        life.granted.append(lease.record.standing.token)
        self.note(f"  {life.job_id} token {life.granted[-1]}")

    @staticmethod
    def _take(life: Life, token: int) -> None:
        life.taken.append((token, life.granted[-1]))

    def _is_first(self, ticket: TurnTicket, changes: bool) -> bool:
        first = self._answered.get(ticket.lane, 0) < ticket.number
        if first and changes:
            self._answered[ticket.lane] = ticket.number
        return first

    def _stored_status(self, job_id: JobId) -> JobStatus | None:
        job = self._store.queue(job_id.queue).jobs.get(job_id.key)
        return job.standing.status if job else None
