"""What a toy keeps, one dictionary of jobs, and a look at it."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count

from jobsys.domain.attempt_error import with_latest
from jobsys.domain.edit import Edit, EditOutcome
from jobsys.domain.explanation import MOST_AHEAD
from jobsys.domain.instants import NEVER_MS, from_ms, span_ms, to_ms
from jobsys.domain.job_id import JobId
from jobsys.domain.lease import Lease
from jobsys.domain.looks import Looks
from jobsys.domain.priority import JobPriority
from jobsys.domain.record import JobRecord, Standing
from jobsys.domain.status import DEAD, DELAYED, DONE, LEASED, READY, JobStatus
from jobsys.domain.unique import Hold, UniqueClaim
from jobsys.ports.clock import Clock
from jobsys.ports.job_inspector import JobQuery, Page, QueueCounts
from jobsys.ports.job_queue import Renewal
from jobsys.ports.turn import Turn


@dataclass
class Job:
    """`until` is when its lease ends, when it is due, or when it is removed."""

    record: JobRecord
    until: int = 0
    place: int = 0

    @property
    def stands(self) -> Standing:
        return self.record.standing


class ToyStore:
    """Where a job stands is in its record alone: lists are drawn up when somebody asks."""

    def __init__(self, clock: Clock, keep_last: int) -> None:
        self.clock = clock
        self.keep_last = keep_last
        self.jobs: dict[JobId, Job] = {}
        self.ever: dict[str, Counter[JobStatus]] = {}
        self.answers: dict[str, tuple[int, Turn]] = {}
        self.looks: dict[str, Looks] = {}
        self.holds: dict[tuple[str, str], Hold] = {}
        self._numbers = count(1)

    @property
    def now(self) -> int:
        return to_ms(self.clock.now())

    def found(self, queue: str, states: Collection[JobStatus]) -> list[Job]:
        """Returns a queue's jobs in these states: ready ones by level, others by their time."""
        jobs = [j for j in self.jobs.values() if j.stands.status in states]
        jobs.sort(key=lambda j: (j.stands.priority, j.place) if states is READY else (j.until, 0))
        return [job for job in jobs if job.record.id.queue == queue]

    def past(self, queue: str, states: Collection[JobStatus]) -> list[Job]:
        return [job for job in self.found(queue, states) if job.until <= self.now]

    def first_in(self, queues: Collection[str], states: Collection[JobStatus]) -> datetime | None:
        times = [job.until for queue in queues for job in self.found(queue, states)]
        return from_ms(min(times)) if min(times, default=NEVER_MS) < NEVER_MS else None

    def held(self, job_id: JobId, by: Standing | Renewal) -> Job | None:
        """Returns a job that is leased under this token to this lane."""
        job = self.jobs.get(job_id)
        if job is None or job.stands.status not in LEASED:
            return None
        return job if (job.stands.token, job.stands.lane) == (by.token, by.lane) else None

    def kept_out_by(self, job_id: JobId, claim: UniqueClaim) -> JobId | None:
        """Returns the job that keeps this one out; None where it holds the digest from now on."""
        place = job_id.queue, claim.digest
        if held := self.holds.get(place):
            holder = JobId.of(job_id.queue, held.key)
            status = self.jobs[holder].stands.status if holder in self.jobs else None
            if held.keeps_out(job_id.key, status, self.now):
                return holder
        self.holds[place] = claim.hold(job_id.key, self.now)
        return None

    def put(self, job: Job, after: Standing, until: int, *, at_head: bool = False) -> None:
        job_id, before = job.record.id, self.jobs.get(job.record.id)
        if before is None or before.stands.status is not after.status:
            self.ever.setdefault(job_id.queue, Counter())[after.status] += 1
        job.record, job.until = replace(job.record, standing=after), until
        job.place = next(self._numbers) * (-1 if at_head else 1)
        self.jobs[job_id] = job

    def lease(self, job: Job, lease_for: timedelta) -> Lease:
        job.until = self.now + span_ms(lease_for)
        return Lease(job.record, from_ms(job.until))


class ToyInspector:
    def __init__(self, store: ToyStore) -> None:
        self._store = store

    async def get(self, ids: Sequence[JobId]) -> Mapping[JobId, JobRecord]:
        return {i: self._store.jobs[i].record for i in ids if i in self._store.jobs}

    async def find(self, query: JobQuery, limit: int, after: str | None = None) -> Page:
        asked = [q for q in await self.queues() if query.queue in {None, q}]
        records = [r for q in asked for r in self._in_order(q) if query.status in {None, r.status}]
        records = [r for r in records if query.job_type in {None, r.job_type}]
        end = int(after or 0) + limit
        return Page(records[end - limit : end], str(end) if end < len(records) else None)

    async def counts(self) -> Mapping[str, QueueCounts]:
        return {queue: self._counts(queue) for queue in await self.queues()}

    async def queues(self) -> Sequence[str]:
        return sorted(self._store.ever)

    async def ahead(self, job_id: JobId) -> int | None:
        ids = [r.id for r in self._in_order(job_id.queue) if r.status is JobStatus.QUEUED]
        return min(ids.index(job_id), MOST_AHEAD) if job_id in ids else None

    async def edit(self, edit: Edit) -> EditOutcome:
        job = self._store.jobs.get(edit.job_id)
        outcome = edit.outcome_for(job.record) if job else EditOutcome.NOT_FOUND
        if job and outcome is EditOutcome.EDITED:
            history = with_latest(job.record.errors, edit.line_for(job.record))
            record = replace(job.record, header=edit.header, payload=edit.payload, damage=None)
            job.record = replace(record, errors=tuple(history))
        return outcome

    def _in_order(self, queue: str) -> list[JobRecord]:
        lists = [self._store.found(queue, states) for states in (LEASED, READY, DELAYED)]
        lists += [self._store.found(queue, states)[::-1] for states in (DEAD, DONE)]
        return [job.record for jobs in lists for job in jobs]

    def _counts(self, queue: str) -> QueueCounts:
        records, ever = self._in_order(queue), self._store.ever[queue]
        now = Counter(record.status for record in records)
        ready = Counter(record.priority for record in records if record.status in READY)
        waiting = {level: ready[level] for level in JobPriority}
        first = {r.priority: r.standing.changed_at for r in records[::-1] if r.status in READY}
        counted = {s: now[s] for s in JobStatus}, {s: ever[s] for s in JobStatus}
        return QueueCounts(*counted, waiting, first)
