"""The job queue in memory: for tests, and for work that may end with the process."""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from jobsys.adapters.memory import leases, settle, upkeep
from jobsys.adapters.memory.enqueue import enqueue
from jobsys.adapters.memory.moves import moved
from jobsys.adapters.memory.store import LastTurn, MemoryStore
from jobsys.adapters.memory.stored_queue import MemoryQueue
from jobsys.domain.instants import NEVER_MS, from_ms, span_ms, to_ms
from jobsys.domain.lease import Lease
from jobsys.domain.move import Move
from jobsys.domain.transition import Transition
from jobsys.ports.clock import Clock
from jobsys.ports.job_queue import NO_SWEEP, JobQueue, LeaseState, Moved, Renewal, Tick
from jobsys.ports.submission import Answer, Submission
from jobsys.ports.sweep import Sweep
from jobsys.ports.turn import Claim, Refusal, Turn, TurnTicket


class MemoryJobQueue(JobQueue):
    """Keeps its promises as long as the process lives; adapters of one store are one queue."""

    def __init__(self, store: MemoryStore, clock: Clock, keep_last: int | None = 10_000) -> None:
        self._store = store
        self._clock = clock
        self._keep_last = keep_last

    async def enqueue(self, submissions: Sequence[Submission]) -> Sequence[Answer]:
        with self._store.lock:
            now = self._now()
            receipts = [enqueue(self._store, submission, now) for submission in submissions]
            self._announce(submission.job_id.queue for submission in submissions)
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
            ends = self._now() + span_ms(lease_for)
            return [
                leases.extend(self._store.queue(renewal.job_id.queue), renewal, ends)
                for renewal in renewals
            ]

    async def reclaim(
        self,
        ticket: TurnTicket,
        queues: Sequence[str],
        limit: int,
        lease_for: timedelta,
        sweep: Sweep = NO_SWEEP,
    ) -> Sequence[Lease]:
        with self._store.lock:
            if self._is_repeat(ticket):
                return self._repeated(ticket, queues, lease_for).leases
            now = self._now()
            ends = now + span_ms(lease_for)
            taken = [
                lease
                for queue in self._of(queues)
                for lease in leases.take_over(
                    queue, leases.overdue(queue, sweep, limit, now), ticket.lane, ends
                )
            ]
            if taken:
                self._store.last_turns[ticket.lane] = LastTurn(ticket.number, Turn(taken), now)
            return taken

    async def tick(self, queues: Sequence[str], limit: int) -> Tick:
        with self._store.lock:
            now, found = self._now(), self._of(queues)
            promoted = sum(upkeep.promote(queue, limit, now) for queue in found)
            removed = sum(upkeep.sweep(queue, limit, now, self._keep_last) for queue in found)
            self._store.forget_old_turns(now)
            self._announce(queues)
            leased = sum(len(queue.leased) for queue in found)
            over = _first(score for q in found for score in (q.done.lowest(), q.dead.lowest()))
            return Tick(promoted, removed, leased, self._next_due(queues), over, from_ms(now))

    async def has_work(self, queues: Sequence[str]) -> bool:
        with self._store.lock:
            return any(q.waiting() or q.leased or q.delayed for q in self._of(queues))

    async def move(self, moves: Sequence[Move]) -> Sequence[Moved]:
        with self._store.lock:
            now = self._now()
            answers = [moved(self._store.queue(m.job_id.queue), m, now) for m in moves]
            self._announce(move.job_id.queue for move in moves)
            return answers

    async def wait(self, queues: Sequence[str], timeout: timedelta) -> Sequence[str]:
        with self._store.lock:
            ready = [name for name in queues if self._store.queue(name).on_offer()]
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

    def _announce(self, queues: Iterable[str]) -> None:
        for name in dict.fromkeys(queues):  # in this order, which a set would leave to chance
            if self._store.queue(name).on_offer():
                self._store.waiters.wake_one(name)

    def _of(self, names: Collection[str]) -> Sequence[MemoryQueue]:
        return [self._store.queue(name) for name in names]

    def _next_due(self, names: Collection[str]) -> datetime | None:
        return _first(queue.delayed.lowest() for queue in self._of(names))

    def _turn(
        self,
        ticket: TurnTicket,
        transitions: Sequence[Transition],
        claims: Sequence[Claim],
        lease_for: timedelta,
    ) -> Turn:
        now = self._now()
        refused, accepted = settle.compared(self._store, transitions)
        settle.apply(self._store, accepted, now)
        taken = [
            lease
            for wish in claims
            for lease in leases.claim(
                self._store.queue(wish.queue),
                wish,
                ticket.lane,
                now,
                now + span_ms(lease_for),
            )
        ]
        if accepted or taken:
            done = LastTurn(ticket.number, Turn(taken, refused), now)
            self._store.last_turns[ticket.lane] = done
        queues = [wish.queue for wish in claims]
        self._announce([*queues, *(t.record.id.queue for t in accepted)])
        return self._answer(taken, refused, queues)

    def _answer(
        self, taken: Sequence[Lease], refused: Mapping[int, Refusal], queues: Sequence[str]
    ) -> Turn:
        asked = self._of(queues)
        return Turn(
            taken,
            refused,
            {queue.name: queue.on_offer() for queue in asked},
            self._next_due(queues),
            held_back={q.name: q.policy.paused_types for q in asked if q.policy.paused_types},
        )

    def _is_repeat(self, ticket: TurnTicket) -> bool:
        last = self._store.last_turns.get(ticket.lane)
        return last is not None and ticket.number <= last.number

    def _repeated(self, ticket: TurnTicket, queues: Sequence[str], lease_for: timedelta) -> Turn:
        number, first, _ = self._store.last_turns[ticket.lane]
        if ticket.number < number:
            return Turn()
        ends = self._now() + span_ms(lease_for)
        still_held = [
            renewed
            for lease in first.leases
            for renewed in leases.held_again(self._store.queue(lease.record.id.queue), lease, ends)
        ]
        return self._answer(still_held, first.refused, queues)


def _first(scores: Iterable[int | None]) -> datetime | None:
    """Returns the earliest instant of those that will come."""
    known = [score for score in scores if score is not None and score < NEVER_MS]
    return from_ms(min(known)) if known else None
