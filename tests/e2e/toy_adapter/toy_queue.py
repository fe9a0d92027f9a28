"""A job queue as its port asks for it. No call but `wait` awaits anything: so each is atomic."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from jobsys.domain.attempt_error import KEPT_ERRORS
from jobsys.domain.instants import NEVER_MS, due_ms, from_ms, span_ms
from jobsys.domain.job_id import JobId
from jobsys.domain.lease import Lease
from jobsys.domain.looks import Looks
from jobsys.domain.move import Move
from jobsys.domain.names import worker_of
from jobsys.domain.record import JobRecord, Standing
from jobsys.domain.status import DELAYED, DONE, FINAL, LEASED, READY, JobStatus
from jobsys.domain.transition import Transition
from jobsys.ports.job_queue import (
    NO_SWEEP,
    LeaseState,
    Moved,
    Renewal,
    Tick,
)
from jobsys.ports.submission import Answer, Duplicate, Receipt, Submission
from jobsys.ports.sweep import Sweep
from jobsys.ports.turn import Claim, Refusal, Turn, TurnTicket

from .toy_store import Job, ToyStore


class ToyJobQueue:
    def __init__(self, store: ToyStore) -> None:
        self._store = store

    async def enqueue(self, submissions: Sequence[Submission]) -> Sequence[Answer]:
        return [self._take_in(submission) for submission in submissions]

    async def turn(
        self,
        ticket: TurnTicket,
        settle: Sequence[Transition],
        claim: Sequence[Claim],
        lease_for: timedelta,
    ) -> Turn:
        answer = self._repeated(ticket, lease_for)
        if answer is None:
            refused = self._settle(settle)
            ready = [job for wish in claim for job in self._wanted(wish)]
            answer = Turn([self._claim(job, ticket.lane, lease_for) for job in ready], refused)
            if ready or len(refused) < len(settle):
                self._store.answers[ticket.lane] = ticket.number, answer
        waiting = {c.queue: len(self._store.found(c.queue, READY)) for c in claim}
        return replace(answer, waiting=waiting, next_at=self._store.first_in(waiting, DELAYED))

    async def extend(
        self, renewals: Sequence[Renewal], lease_for: timedelta
    ) -> Sequence[LeaseState]:
        return [self._renew(renewal, lease_for) for renewal in renewals]

    async def reclaim(
        self,
        ticket: TurnTicket,
        queues: Sequence[str],
        limit: int,
        lease_for: timedelta,
        sweep: Sweep = NO_SWEEP,
    ) -> Sequence[Lease]:
        answer = self._repeated(ticket, lease_for)
        if answer is None:
            overdue = [job for queue in queues for job in self._overdue(queue, sweep)[:limit]]
            answer = Turn([self._grant(job, ticket.lane, lease_for) for job in overdue])
            if overdue:
                self._store.answers[ticket.lane] = ticket.number, answer
        return answer.leases

    async def tick(self, queues: Sequence[str], limit: int) -> Tick:
        store = self._store
        due = [job for queue in queues for job in store.past(queue, DELAYED)[:limit]]
        for job in due:
            ready_at = job.stands.due_at or from_ms(store.now)
            after = replace(job.stands, status=JobStatus.QUEUED, changed_at=ready_at, due_at=None)
            store.put(job, after, 0)
        ended = [job for queue in queues for job in self._ended(queue, limit)]
        for job in ended:
            del store.jobs[job.record.id]
        leased = sum(len(store.found(queue, LEASED)) for queue in queues)
        now, next_at = from_ms(store.now), store.first_in(queues, DELAYED)
        return Tick(len(due), len(ended), leased, next_at, store.first_in(queues, FINAL), now)

    async def has_work(self, queues: Sequence[str]) -> bool:
        open_ones = (READY, LEASED, DELAYED)
        return any(self._store.found(queue, states) for queue in queues for states in open_ones)

    async def move(self, moves: Sequence[Move]) -> Sequence[Moved]:
        return [self._move(move) for move in moves]

    async def wait(self, queues: Sequence[str], timeout: timedelta) -> Sequence[str]:
        loop = asyncio.get_running_loop()
        until, ready = loop.time() + timeout.total_seconds(), list[str]()
        while not ready and loop.time() < until:
            await asyncio.sleep(0.005)
            ready = [queue for queue in queues if self._store.found(queue, READY)]
        return ready

    def _take_in(self, new: Submission) -> Answer:
        if new.job_id in self._store.jobs:
            return Receipt.EXISTS
        if new.unique and (holder := self._store.kept_out_by(new.job_id, new.unique)):
            return Duplicate(holder)
        now = self._store.now
        due = NEVER_MS if new.blocked else due_ms(new.due, now)
        status = JobStatus.SCHEDULED if due > now else JobStatus.QUEUED
        status = JobStatus.BLOCKED if new.blocked else status
        due_at = from_ms(due) if status is JobStatus.SCHEDULED else None
        standing = Standing(status, new.priority, from_ms(now), due_at=due_at)
        record = JobRecord(new.job_id, new.header, new.payload, from_ms(now), standing)
        self._store.put(Job(record), standing, due)
        return Receipt.CREATED

    def _settle(self, transitions: Sequence[Transition]) -> dict[int, Refusal]:
        refused, accepted = dict[int, Refusal](), dict[JobId, tuple[Job, Transition]]()
        for index, transition in enumerate(transitions):
            job_id, leased = transition.record.id, transition.record.standing
            job = self._store.held(job_id, leased)
            if job is None or job_id in accepted or job.stands.changed_at != leased.changed_at:
                refused[index] = Refusal.LOST
            elif job.stands.status is not leased.status:
                refused[index] = Refusal.CANCELLING
            else:
                accepted[job_id] = job, transition
        for job, transition in reversed(accepted.values()):  # the first goes to the head last
            self._end(job, transition)
        return refused

    def _end(self, job: Job, end: Transition) -> None:
        until, told = end.stays_until(self._store.now), [end.error] if end.error else []
        errors = (*job.record.errors, *told)[-KEPT_ERRORS:]
        job.record = replace(job.record, result_json=end.result_json, errors=errors)
        due_at = from_ms(until) if end.target in DELAYED else None
        after = replace(end.after, changed_at=from_ms(self._store.now), due_at=due_at)
        self._store.put(job, after, until, at_head=end.at_head)

    def _wanted(self, wish: Claim) -> list[Job]:
        ready = self._store.found(wish.queue, READY)
        mine = [job for job in ready if job.stands.priority in wish.levels]
        return sorted(mine, key=lambda job: wish.levels.index(job.stands.priority))[: wish.limit]

    def _claim(self, job: Job, lane: str, lease_for: timedelta) -> Lease:
        before, now = job.stands, from_ms(self._store.now)
        after = replace(before, status=JobStatus.PROCESSING, changed_at=now, started_at=now)
        self._store.put(job, after, 0)
        lease = self._grant(job, lane, lease_for)
        return replace(lease, waited=(now - before.changed_at).total_seconds())

    def _grant(self, job: Job, lane: str, lease_for: timedelta) -> Lease:
        self._store.put(job, replace(job.stands, token=job.stands.token + 1, lane=lane), 0)
        return self._store.lease(job, lease_for)

    def _repeated(self, ticket: TurnTicket, lease_for: timedelta) -> Turn | None:
        store = self._store
        number, first = store.answers.get(ticket.lane, (0, Turn()))
        if ticket.number != number:
            return None if ticket.number > number else Turn([])
        kept = [store.held(lease.record.id, lease.record.standing) for lease in first.leases]
        return replace(first, leases=[store.lease(job, lease_for) for job in kept if job])

    def _renew(self, new: Renewal, lease_for: timedelta) -> LeaseState:
        job = self._store.held(new.job_id, new)
        if job is None:
            return LeaseState.LOST
        told = replace(job.stands, percent=new.percent, message=new.message)
        job.record = replace(job.record, standing=replace(told, alone=new.alone))
        self._store.lease(job, lease_for)
        is_asked = job.stands.status is JobStatus.CANCELLING
        return LeaseState.CANCEL_ASKED if is_asked else LeaseState.HELD

    def _overdue(self, queue: str, sweep: Sweep) -> list[Job]:
        store = self._store
        if sweep.grace is not None:
            looks, now = store.looks.get(queue, Looks()), store.now
            grace = span_ms(sweep.grace)
            stalled = looks.spare(now, grace)
            spared = [store.lease(job, sweep.grace) for job in store.past(queue, LEASED) if stalled]
            store.looks[queue] = looks.after(now, grace, spared=bool(spared))
        leased, now = store.found(queue, LEASED), store.now
        return [j for j in leased if j.until <= now or worker_of(j.stands.lane) in sweep.gone]

    def _ended(self, queue: str, limit: int) -> list[Job]:
        over = self._store.past(queue, FINAL)
        done = [job for job in self._store.found(queue, DONE) if job not in over]
        return (over + done[: max(0, len(done) - self._store.keep_last)])[:limit]

    def _move(self, move: Move) -> Moved:
        store, job = self._store, self._store.jobs.get(move.job_id)
        before = job.stands.status if job else None
        row = move.rows.get(before) if before else None
        kept_out = row and move.unique and store.kept_out_by(move.job_id, move.unique)
        if job is None or row is None or kept_out:
            return Moved(move.job_id, before, before, applied=False)
        if row.target is None:
            del store.jobs[move.job_id]
        else:
            after = move.standing_after(job.stands, row, store.now)
            until = job.until if row.target in LEASED else move.stays_until(after, store.now)
            result = None if row.starts_over else job.record.result_json
            job.record = replace(job.record, result_json=result)
            store.put(job, after, until)
        return Moved(move.job_id, before, row.target, applied=True)
