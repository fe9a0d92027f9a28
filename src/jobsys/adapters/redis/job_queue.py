"""The job queue in Redis: each call is one script per queue, and one round trip."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from operator import attrgetter
from typing import Final, TypeVar, cast

from jobsys.adapters.redis.answers import (
    TickAnswer,
    answers_of,
    each_of,
    lease_state_of,
    moved_of,
    raise_first,
    sound,
    tick_of,
    turn_of,
)
from jobsys.adapters.redis.arguments import (
    moves_json,
    renewals_json,
    submission_arguments,
    transitions_json,
    wish,
)
from jobsys.adapters.redis.errors import translated
from jobsys.adapters.redis.scripts import Argument, Call
from jobsys.adapters.redis.standing import LABELS
from jobsys.adapters.redis.store import ANSWERED_WITHIN, LONGEST_BLOCK, RedisStore
from jobsys.domain.instants import span_ms
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

BATCH: Final = 500
"""As many jobs as go into one script: Lua unpacks some thousand values at most."""

_CLAIM_OF: Final = attrgetter("unique")

Item = TypeVar("Item", Submission, Transition, Renewal, Move)


class RedisJobQueue(JobQueue):
    """Durable as Redis is configured to be; judged by the clock of Redis alone."""

    def __init__(self, store: RedisStore, keep_last: int | None = 10_000) -> None:
        self._store = store
        self._keys = store.layout
        self._keep_last = keep_last

    async def enqueue(self, submissions: Sequence[Submission]) -> Sequence[Answer]:
        def call(queue: str, batch: Sequence[Submission]) -> Call:
            levels = tuple(sorted({s.priority for s in batch}))
            args = queue, " ".join(LABELS[level] for level in levels), *submission_arguments(batch)
            are_unique = any(map(_CLAIM_OF, batch))
            return "enqueue", self._keys.of_inlet(queue, levels, are_unique), args

        queues = [s.job_id.queue for s in submissions]
        created = await self._each(submissions, queues, call)
        raise_first(created, self._store.address)
        return answers_of(submissions, created)

    async def turn(
        self,
        ticket: TurnTicket,
        settle: Sequence[Transition],
        claim: Sequence[Claim],
        lease_for: timedelta,
    ) -> Turn:
        claims = {c.queue: c for c in claim}
        settles: dict[str, list[int]] = {queue: [] for queue in claims}
        for index, transition in enumerate(settle):
            settles.setdefault(transition.record.id.queue, []).append(index)
        calls = [
            self._lane_call(
                "turn",
                queue,
                ticket,
                transitions_json([settle[i] for i in batch]),
                *wish(claims.get(queue), lease_for),
            )
            for queue, batch in settles.items()
        ]
        answers = await self._store.run_all(calls)
        answered = dict(zip(settles, answers, strict=True))
        return turn_of(answered, settles, claims, self._store.address)

    async def extend(
        self, renewals: Sequence[Renewal], lease_for: timedelta
    ) -> Sequence[LeaseState]:
        def call(queue: str, batch: Sequence[Renewal]) -> Call:
            return "extend", self._keys.of_queue(queue), [renewals_json(batch), span_ms(lease_for)]

        queues = [r.job_id.queue for r in renewals]
        answers = await self._each(renewals, queues, call)
        sound(dict(zip(queues, answers, strict=True)), self._store.address)
        return [lease_state_of(answer) for answer in answers]

    async def reclaim(
        self,
        ticket: TurnTicket,
        queues: Sequence[str],
        limit: int,
        lease_for: timedelta,
        sweep: Sweep = NO_SWEEP,
    ) -> Sequence[Lease]:
        grace = 0 if sweep.grace is None else span_ms(sweep.grace)
        args = min(limit, BATCH), span_ms(lease_for), grace, " ".join(sweep.gone)
        calls = [self._lane_call("reclaim", queue, ticket, *args) for queue in queues]
        answers = await self._store.run_all(calls)
        answered = sound(dict(zip(queues, answers, strict=True)), self._store.address)
        return turn_of(answered, {}, {}, self._store.address).leases

    async def tick(self, queues: Sequence[str], limit: int) -> Tick:
        args = (min(limit, BATCH), -1 if self._keep_last is None else self._keep_last)
        calls: list[Call] = [("tick", self._keys.of_upkeep(queue), args) for queue in queues]
        answers = await self._store.run_all(calls)
        answered = sound(dict(zip(queues, answers, strict=True)), self._store.address)
        return tick_of([cast("TickAnswer", answer) for answer in answered.values()])

    async def has_work(self, queues: Sequence[str]) -> bool:
        keys = [key for queue in queues for key in self._keys.open(queue)]
        with translated(self._store.address):
            return bool(await self._store.client.exists(*keys))

    async def move(self, moves: Sequence[Move]) -> Sequence[Moved]:
        def call(queue: str, batch: Sequence[Move]) -> Call:
            return "move", self._keys.of_upkeep(queue), [moves_json(batch)]

        answers = await self._each(moves, [m.job_id.queue for m in moves], call)
        raise_first(answers, self._store.address)
        return [
            moved_of(move, cast("tuple[bytes, bytes, int]", answer))
            for move, answer in zip(moves, answers, strict=True)
        ]

    async def wait(self, queues: Sequence[str], timeout: timedelta) -> Sequence[str]:
        keys = {self._keys.wake(queue): queue for queue in queues}
        longest = min(max(timeout.total_seconds(), 0.001), LONGEST_BLOCK)
        pop = self._store.ask("BLMPOP", str(longest), len(keys), *keys, "LEFT")
        with translated(self._store.address):
            async with asyncio.timeout(ANSWERED_WITHIN):
                woken = cast("Sequence[bytes] | None", await pop)
        return [keys[woken[0].decode()]] if woken else []

    def _lane_call(self, script: str, queue: str, ticket: TurnTicket, *args: Argument) -> Call:
        keys = self._keys.of_lane(queue, ticket.lane)
        return script, keys, (ticket.lane, ticket.number, *args)

    async def _each(
        self,
        items: Sequence[Item],
        queues: Sequence[str],
        call: Callable[[str, Sequence[Item]], Call],
    ) -> Sequence[object]:
        """Runs a script over items in batches per queue; returns its answers in their order.

        Each item of a batch that failed is answered with the exception.
        """
        batches = [
            (queue, places[start : start + BATCH])
            for queue, places in _places(queues).items()
            for start in range(0, len(places), BATCH)
        ]
        answers = await self._store.run_all(
            [call(queue, [items[i] for i in batch]) for queue, batch in batches]
        )
        in_order: list[object] = [None] * len(items)
        for (_, batch), answer in zip(batches, answers, strict=True):
            for place, one in zip(batch, each_of(answer, len(batch)), strict=True):
                in_order[place] = one
        return in_order


def _places(queues: Sequence[str]) -> Mapping[str, Sequence[int]]:
    """Returns the places of each queue."""
    if len(set(queues)) == 1:
        return {queues[0]: range(len(queues))}
    places: dict[str, list[int]] = {}
    for place, queue in enumerate(queues):
        places.setdefault(queue, []).append(place)
    return places
