"""The job queue in memory: for tests, and for work that may end with the process."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from jobsys.adapters.memory.moves import moved
from jobsys.adapters.memory.store import MemoryQueue, MemoryStore, StoredJob, with_error
from jobsys.domain.envelope import encode
from jobsys.domain.instants import from_ms, span_ms, to_ms
from jobsys.domain.job_id import JobId
from jobsys.domain.lease import Lease
from jobsys.domain.move import Move
from jobsys.domain.record import Standing
from jobsys.domain.status import DELAYED, LEASED, JobEvent, JobStatus, next_row
from jobsys.domain.transition import Transition
from jobsys.ports.clock import Clock
from jobsys.ports.job_queue import (
    Claim,
    JobQueue,
    LeaseState,
    Moved,
    Receipt,
    Refusal,
    Renewal,
    Submission,
    Tick,
    Turn,
    TurnTicket,
)

NEVER_MS: Final = 2**62


class MemoryJobQueue(JobQueue):
    """Keeps its promises as long as the process lives; adapters of one store are one queue."""

    def __init__(self, store: MemoryStore, clock: Clock, keep_last: int = 10_000) -> None:
        self._store = store
        self._clock = clock
        self._keep_last = keep_last

    async def enqueue(self, submissions: Sequence[Submission]) -> Sequence[Receipt]:
        with self._store.lock:
            now = self._now()
            receipts = [self._enqueue(submission, now) for submission in submissions]
            self._announce({submission.job_id.queue for submission in submissions})
            return receipts

    async def turn(
        self,
        ticket: TurnTicket,
        settle: Sequence[Transition],
        claim: Sequence[Claim],
        lease_for: timedelta,
    ) -> Turn:
        with self._store.lock:
            if self._is_repeat(ticket):
                return self._repeated(ticket, [c.queue for c in claim], lease_for)
            return self._turn(ticket, settle, claim, lease_for)

    async def extend(
        self, renewals: Sequence[Renewal], lease_for: timedelta
    ) -> Sequence[LeaseState]:
        with self._store.lock:
            return [self._extend(renewal, lease_for) for renewal in renewals]

    async def reclaim(
        self, ticket: TurnTicket, queues: Sequence[str], limit: int, lease_for: timedelta
    ) -> Sequence[Lease]:
        with self._store.lock:
            if self._is_repeat(ticket):
                return self._repeated(ticket, queues, lease_for).leases
            expired = [self._reclaim(name, ticket.lane, limit, lease_for) for name in queues]
            leases = [lease for leases in expired for lease in leases]
            if leases:
                self._store.last_turns[ticket.lane] = ticket.number, Turn(leases)
            return leases

    async def tick(self, queues: Sequence[str], limit: int) -> Tick:
        with self._store.lock:
            promoted = sum(self._promote(self._store.queue(name), limit) for name in queues)
            removed = sum(self._sweep(self._store.queue(name), limit) for name in queues)
            self._announce(queues)
            leased = sum(len(self._store.queue(name).leased) for name in queues)
            return Tick(promoted, removed, leased, self._next_due(queues))

    async def move(self, moves: Sequence[Move]) -> Sequence[Moved]:
        with self._store.lock:
            now = self._now()
            answers = [moved(self._store.queue(m.job_id.queue), m, now) for m in moves]
            self._announce({move.job_id.queue for move in moves})
            return answers

    async def wait(self, queues: Sequence[str], timeout: timedelta) -> Sequence[str]:
        with self._store.lock:
            ready = [name for name in queues if self._store.queue(name).waiting()]
            if ready:
                return ready
            woken = self._store.waiters.enter(queues)
        try:
            async with asyncio.timeout(timeout.total_seconds()):
                return [await woken]
        except TimeoutError:
            return []
        finally:
            self._store.waiters.leave(woken)

    def _now(self) -> int:
        return to_ms(self._clock.now())

    def _announce(self, queues: Collection[str]) -> None:
        for name in queues:
            if self._store.queue(name).waiting():
                self._store.waiters.wake_one(name)

    def _next_due(self, queues: Collection[str]) -> datetime | None:
        dues = [self._store.queue(name).delayed.lowest() for name in queues]
        return min(
            (from_ms(due) for due in dues if due is not None and due < NEVER_MS), default=None
        )

    def _enqueue(self, submission: Submission, now: int) -> Receipt:
        queue, key = self._store.queue(submission.job_id.queue), submission.job_id.key
        if key in queue.jobs:
            return Receipt.EXISTS
        due = due_ms(submission.due, now)
        status = JobStatus.SCHEDULED if due > now else JobStatus.QUEUED
        if submission.blocked:
            status, due = JobStatus.BLOCKED, NEVER_MS
        next_row(None, JobEvent.SUBMITTED, status)
        standing = Standing(
            status,
            submission.priority,
            from_ms(now),
            due_at=from_ms(due) if status is JobStatus.SCHEDULED else None,
        )
        queue.add(key, StoredJob(encode(submission.header, submission.payload), now, standing), due)
        if status is JobStatus.SCHEDULED and queue.delayed.lowest() == due:
            self._store.waiters.wake_one(queue.name)
        return Receipt.CREATED

    def _turn(
        self,
        ticket: TurnTicket,
        settle: Sequence[Transition],
        claim: Sequence[Claim],
        lease_for: timedelta,
    ) -> Turn:
        now = self._now()
        refused, accepted = self._compared(settle)
        heads_last = [t for t in accepted if not t.at_head] + [
            t for t in accepted[::-1] if t.at_head
        ]
        for transition in heads_last:
            self._apply(transition, now)
        leases = [lease for c in claim for lease in self._claim(c, ticket.lane, now, lease_for)]
        queues = [c.queue for c in claim]
        if accepted or leases:
            self._store.last_turns[ticket.lane] = ticket.number, Turn(leases, refused)
        self._announce({*queues, *(t.record.id.queue for t in accepted)})
        return self._answer(leases, refused, queues)

    def _answer(
        self, leases: Sequence[Lease], refused: Mapping[JobId, Refusal], queues: Sequence[str]
    ) -> Turn:
        waiting = {name: self._store.queue(name).waiting() for name in queues}
        return Turn(leases, refused, waiting, self._next_due(queues))

    def _is_repeat(self, ticket: TurnTicket) -> bool:
        return ticket.number <= self._store.last_turns.get(ticket.lane, (0, None))[0]

    def _repeated(self, ticket: TurnTicket, queues: Sequence[str], lease_for: timedelta) -> Turn:
        number, first = self._store.last_turns[ticket.lane]
        if ticket.number < number:
            return Turn()
        still_held: list[Lease] = []
        for lease in first.leases:
            queue, key = self._store.queue(lease.record.id.queue), lease.record.id.key
            job, held = queue.jobs.get(key), lease.record.standing
            if job is not None and _same_lease(job.standing, held.token, held.lane):
                ends = self._now() + span_ms(lease_for)
                queue.leased.put(key, ends)
                still_held.append(Lease(queue.record(key), from_ms(ends)))
        return self._answer(still_held, first.refused, queues)

    def _compared(
        self, settle: Sequence[Transition]
    ) -> tuple[dict[JobId, Refusal], list[Transition]]:
        refused: dict[JobId, Refusal] = {}
        accepted: dict[JobId, Transition] = {}
        for transition in settle:
            job_id, held = transition.record.id, transition.record.standing
            job = self._store.queue(job_id.queue).jobs.get(job_id.key)
            if (
                job is None
                or job_id in accepted
                or not _same_lease(job.standing, held.token, held.lane)
            ):
                refused[job_id] = Refusal.LOST
            elif job.standing.status is not held.status:
                refused[job_id] = Refusal.CANCELLING
            else:
                accepted[job_id] = transition
        return refused, list(accepted.values())

    def _apply(self, transition: Transition, now: int) -> None:
        queue, key = self._store.queue(transition.record.id.queue), transition.record.id.key
        job, after = queue.jobs[key], transition.after
        due = due_ms(transition.due, now)
        delayed = after.status in DELAYED
        after = replace(after, changed_at=from_ms(now), due_at=from_ms(due) if delayed else None)
        score = due if delayed else now + span_ms(transition.keep_for)
        job.result = transition.result_json
        job.errors = with_error(job.errors, transition.error)
        queue.place(key, after, score, at_head=transition.at_head)

    def _claim(self, claim: Claim, lane: str, now: int, lease_for: timedelta) -> list[Lease]:
        queue = self._store.queue(claim.queue)
        expires = now + span_ms(lease_for)
        keys = queue.head(claim.limit)
        for key in keys:
            before = queue.jobs[key].standing
            begun = from_ms(now)
            after = replace(
                before,
                status=next_row(before.status, JobEvent.CLAIMED).target or before.status,
                token=before.token + 1,
                lane=lane,
                changed_at=begun,
                started_at=begun,
            )
            queue.place(key, after, expires)
        return [Lease(queue.record(key), from_ms(expires)) for key in keys]

    def _extend(self, renewal: Renewal, lease_for: timedelta) -> LeaseState:
        queue, key = self._store.queue(renewal.job_id.queue), renewal.job_id.key
        job = queue.jobs.get(key)
        if job is None or not _same_lease(job.standing, renewal.token, renewal.lane):
            return LeaseState.LOST
        job.standing = replace(
            job.standing, percent=renewal.percent, message=renewal.message, alone=renewal.alone
        )
        queue.leased.put(key, self._now() + span_ms(lease_for))
        cancelling = job.standing.status is JobStatus.CANCELLING
        return LeaseState.CANCEL_ASKED if cancelling else LeaseState.HELD

    def _reclaim(self, name: str, lane: str, limit: int, lease_for: timedelta) -> list[Lease]:
        queue, now = self._store.queue(name), self._now()
        expires = now + span_ms(lease_for)
        keys = queue.leased.take(now, limit)
        for key in keys:
            job = queue.jobs[key]
            job.standing = replace(job.standing, token=job.standing.token + 1, lane=lane)
            queue.leased.put(key, expires)
        return [Lease(queue.record(key), from_ms(expires)) for key in keys]

    def _promote(self, queue: MemoryQueue, limit: int) -> int:
        now = self._now()
        keys = queue.delayed.take(now, limit)
        for key in keys:
            before = queue.jobs[key].standing
            target = next_row(before.status, JobEvent.DUE).target or before.status
            after = replace(before, status=target, changed_at=from_ms(now), due_at=None)
            queue.place(key, after, now)
        return len(keys)

    def _sweep(self, queue: MemoryQueue, limit: int) -> int:
        now = self._now()
        keys = queue.done.take(now, limit) + queue.dead.take(now, limit)
        surplus = min(len(queue.done) - self._keep_last, limit)
        keys += queue.done.take(NEVER_MS, surplus)
        for key in keys:
            queue.remove(key)
        return len(keys)


def due_ms(due: timedelta | datetime | None, now: int) -> int:
    """Returns when a job is due, in milliseconds, given what was asked for."""
    if due is None:
        return now
    return now + span_ms(due) if isinstance(due, timedelta) else to_ms(due)


def _same_lease(standing: Standing, token: int, lane: str) -> bool:
    return standing.status in LEASED and (standing.token, standing.lane) == (token, lane)
