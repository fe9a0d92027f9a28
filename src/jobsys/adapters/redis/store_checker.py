"""Finding and mending what is wrong in Redis, with workers at work."""

import json
from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from typing import Final, cast

from jobsys.adapters.redis import parts
from jobsys.adapters.redis.answers import raise_first
from jobsys.adapters.redis.diagnosis import SeenJob, finding_of
from jobsys.adapters.redis.errors import translated
from jobsys.adapters.redis.key_check import KeyCheck
from jobsys.adapters.redis.queue_walk import QueueWalk
from jobsys.adapters.redis.scans import members, text
from jobsys.adapters.redis.schedule_check import schedule_findings
from jobsys.adapters.redis.scripts import Call
from jobsys.adapters.redis.spots import LISTS
from jobsys.adapters.redis.store import RedisStore
from jobsys.domain.instants import from_ms
from jobsys.domain.job_id import JobId
from jobsys.ports.store_checker import Finding, FindingKind, Step, StoreChecker

BATCH: Final = 100
SEARCHED_AT_ONCE: Final = 250_000
"""Entries of lists that the scripts of one round trip search; it costs Redis some 4 ms."""


class RedisStoreChecker(StoreChecker):
    """Reads page by page, looks twice, and has a script say of each finding whether it holds."""

    def __init__(self, store: RedisStore) -> None:
        self._store = store
        self._layout = store.layout

    async def check(self, queues: Collection[str] = ()) -> AsyncIterator[Step]:
        with translated(self._store.address):
            keys, looked = KeyCheck(self._store), 0
            size = await self._store.client.dbsize()
            async for entries, found in keys.pages():
                looked += entries
                yield Step("keys", looked, size, [f for f in found if _asked(f.queue, queues)])
            sound = await self._sound(keys, queues)
            memos = await self._holding([memo for memo in keys.memos if memo.queue in sound])
            yield Step("keys", size, size, memos)
            for queue in sorted(sound):
                async for step in self._queue(queue):
                    yield step

    async def mend(self, findings: Sequence[Finding]) -> Sequence[bool]:
        return [bool(answer) for answer in await self._ask(findings, mends=True)]

    async def _sound(self, keys: KeyCheck, queues: Collection[str]) -> set[str]:
        """Returns the queues that are asked for and whose keys the scripts can read."""
        if "" in keys.broken:  # a key of all queues: scripts read most of them
            return set()
        listed = {
            text(name)
            for index in (self._layout.queues, self._layout.scheduled)
            for name in await members(self._store.client, index)
        }
        return {queue for queue in keys.queues | listed if _asked(queue, queues)} - keys.broken

    async def _queue(self, queue: str) -> AsyncIterator[Step]:
        what, walk = f"queue {queue}", QueueWalk(self._store, queue)
        async for step in self._walked(what, walk):
            yield step
        if walk.jobs or walk.voids or walk.leftovers:
            first, walk = walk, QueueWalk(self._store, queue)
            async for step in self._walked(f"{what}, once more", walk):
                yield step
            async for found in self._seen_twice(queue, first, walk):
                yield Step(what, 1, 1, found)
                walk = QueueWalk(self._store, queue)
        others = parts.unlisted(queue), *[f async for f in schedule_findings(self._store, queue)]
        yield Step(what, 1, 1, await self._holding(others))
        if not walk.is_complete:
            async for step in self._walked(f"{what}, its counts", walk):
                yield step
        yield await self._counted(queue, walk)

    async def _walked(self, what: str, walk: QueueWalk) -> AsyncIterator[Step]:
        looked, size = 0, await walk.size()
        async for entries in walk.pages():
            looked += entries
            yield Step(what, looked, max(size, looked))

    async def _seen_twice(
        self, queue: str, first: QueueWalk, again: QueueWalk
    ) -> AsyncIterator[Sequence[Finding]]:
        """Yields what both walks have seen and what holds now."""
        keys = sorted(first.jobs.keys() & again.jobs.keys())
        for begin in range(0, len(keys), BATCH):
            found = await self._diagnosed(queue, keys[begin : begin + BATCH], again)
            if holding := await self._holding(found):
                yield holding
        voids = parts.voids(queue, first.voids & again.voids)
        leftovers = parts.leftovers(queue, first.leftovers & again.leftovers)
        if holding := await self._holding([*voids, *leftovers]):
            yield holding

    async def _diagnosed(self, queue: str, keys: Sequence[str], walk: QueueWalk) -> list[Finding]:
        client, data, state, *_ = self._store.client, *self._layout.of_queue(queue)
        seconds, micros = await client.time()
        now = from_ms(int(seconds) * 1000 + int(micros) // 1000)
        bodies = cast("list[bytes | None]", await client.hmget(data, keys))
        states = cast("list[bytes | None]", await client.hmget(state, keys))
        return [
            finding_of(SeenJob(JobId.of(queue, key), stored, stands, walk.jobs[key]), now)
            for key, stored, stands in zip(keys, bodies, states, strict=True)
        ]

    async def _counted(self, queue: str, walk: QueueWalk) -> Step:
        what = f"queue {queue}"
        if not walk.is_quiet:
            left_out = f"{what}: jobs moved, so that its counts could not be compared"
            return Step(what, 1, 1, left_out=left_out)
        wrong = parts.counts(queue, walk)
        return Step(what, 1, 1, await self._holding([wrong] if wrong else []))

    async def _holding(self, findings: Sequence[Finding]) -> list[Finding]:
        """Returns the findings that hold at this moment."""
        answers = await self._ask(findings, mends=False)
        return [f for f, holds in zip(findings, answers, strict=True) if holds or not f.proof]

    async def _ask(self, findings: Sequence[Finding], *, mends: bool) -> list[object]:
        """Has the scripts look at findings, or mend them; 0 for one that they do not know."""
        answers: list[object] = [0] * len(findings)
        asked = [i for i, finding in enumerate(findings) if finding.proof]
        width = await self._width({findings[i].queue for i in asked})
        for begin in range(0, len(asked), width):
            batch = asked[begin : begin + width]
            told = await self._store.run_all([self._call(findings[i], mends) for i in batch])
            raise_first(told, self._store.address)
            for index, answer in zip(batch, told, strict=True):
                answers[index] = answer
        return answers

    async def _width(self, queues: Iterable[str]) -> int:
        """Returns how many scripts may go in one round trip, each of which searches lists."""
        pipeline = self._store.client.pipeline(transaction=False)
        for queue in queues:
            for number in LISTS:
                pipeline.llen(self._layout.of_queue(queue)[number - 1])
        with translated(self._store.address):
            longest = max(cast("list[int]", await pipeline.execute()), default=0)
        return max(1, min(BATCH, SEARCHED_AT_ONCE // (longest + 1)))

    def _call(self, finding: Finding, mends: bool) -> Call:
        script, proof = json.loads(finding.proof)
        keys = self._layout.of_queue(finding.queue)
        if script == "fsck_schedules":
            keys = self._layout.of_schedules(finding.queue)
        elif finding.kind is FindingKind.LASTING_MEMO:
            keys = (*keys, finding.subject)
        return script, keys, (int(mends), json.dumps(proof))


def _asked(queue: str, queues: Collection[str]) -> bool:
    return not queues or queue in queues
