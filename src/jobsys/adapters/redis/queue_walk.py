"""One walk over all that a queue has, page by page, which finds what looks wrong."""

from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Mapping
from typing import Final, cast

from jobsys.adapters.redis.scans import (
    hash_pages,
    list_pages,
    members,
    sorted_set_pages,
    text,
)
from jobsys.adapters.redis.spots import (
    DELAYED_SET,
    ERRORS,
    FIRST_LIST,
    FIRST_VOID,
    LISTS,
    RESULTS,
    SETS,
    Judged,
    Spot,
    judged,
)
from jobsys.adapters.redis.store import RedisStore
from jobsys.domain.job_id import JobId
from jobsys.domain.status import JobStatus

BODIES: Final = 100
"""How many envelopes one call reads: each may have 256 KiB."""


class QueueWalk:
    """What one walk has seen; on a live queue much of it is wrong only in passing.

    `jobs` are those that look wrong, with every spot where they were seen. Keeps about half a
    kilobyte for each job of the queue while it walks.
    """

    def __init__(self, store: RedisStore, queue: str) -> None:
        self.jobs: dict[str, list[Spot]] = {}
        self.voids: set[tuple[str, str]] = set()
        self.leftovers: set[tuple[int, str]] = set()
        self.standing: Counter[JobStatus] = Counter()
        self.counts: Mapping[bytes, bytes] = {}
        self.is_quiet = False
        self.is_complete = False
        self._client = store.client
        self._queue = queue
        self._keys = ("", *store.layout.of_queue(queue))  # the scripts count from 1
        self._counts = store.layout.counts(queue)
        self._spots: defaultdict[str, list[Spot]] = defaultdict(list)
        self._scores: dict[str, float] = {}
        self._states: dict[str, bytes] = {}
        self._known: set[str] = set()

    async def pages(self) -> AsyncIterator[int]:
        """Walks; yields how many entries each page had."""
        self.counts = await self._counted()
        for part in (self._lists(), self._sets(), self._all_states(), self._bodies()):
            async for entries in part:
                yield entries
        for key, state in self._states.items():
            self._judge(key, judged(JobId.of(self._queue, key), None, state))
        self.jobs |= self._spots  # what is left of them has no record
        async for entries in self._belongings():
            yield entries
        self.is_quiet = self.counts == await self._counted()
        self.is_complete = True

    async def size(self) -> int:
        """Returns how many entries there are about."""
        pipeline = self._client.pipeline(transaction=False)
        for number in LISTS:
            pipeline.llen(self._keys[number])
        for number in SETS:
            pipeline.zcard(self._keys[number])
        for number in (1, 2, RESULTS, ERRORS):
            pipeline.hlen(self._keys[number])
        return sum(cast("list[int]", await pipeline.execute()))

    async def _counted(self) -> Mapping[bytes, bytes]:
        """Returns the counts of states; workers that only look note that beside them."""
        fields = cast("Mapping[bytes, bytes]", await self._client.hgetall(self._counts))
        return {name: n for name, n in fields.items() if name.startswith((b"now:", b"ever:"))}

    async def _lists(self) -> AsyncIterator[int]:
        for number in LISTS:
            gone = await members(self._client, self._keys[number - FIRST_LIST + FIRST_VOID])
            void, seen = set(map(text, gone)), set[str]()
            async for page in list_pages(self._client, self._keys[number]):
                names = [text(name) for name in page]
                seen.update(names)
                for name in names:
                    if name not in void:
                        self._spots[name.partition("@")[0]].append(Spot(number, name))
                yield len(page)
            level = self._keys[number].rpartition(":")[2]
            self.voids |= {(level, name) for name in void - seen}

    async def _sets(self) -> AsyncIterator[int]:
        for number in SETS:
            seen: set[str] = set()
            async for page in sorted_set_pages(self._client, self._keys[number]):
                scores = {text(name): score for name, score in page}
                for key in scores.keys() - seen:
                    self._spots[key].append(Spot(number, key))
                seen |= scores.keys()
                self._scores |= scores if number == DELAYED_SET else {}
                yield len(page)

    async def _all_states(self) -> AsyncIterator[int]:
        async for page in hash_pages(self._client, self._keys[2]):
            self._states |= {text(name): state for name, state in page.items()}
            yield len(page)

    async def _bodies(self) -> AsyncIterator[int]:
        async for page in hash_pages(self._client, self._keys[1], BODIES):
            stored_by_key = {text(name): stored for name, stored in page.items()}
            for key in stored_by_key.keys() - self._known:
                job_id, state = JobId.of(self._queue, key), self._states.pop(key, None)
                self._judge(key, judged(job_id, stored_by_key[key], state))
            yield len(page)

    def _judge(self, key: str, says: Judged) -> None:
        self._known.add(key)
        spots, home = self._spots.pop(key, []), says.home
        if home is not None:
            self.standing[says.record.status] += 1
        if (
            home is None
            or says.unfit
            or spots != [home.spot]
            or (home.score is not None and float(home.score) != self._scores[key])
        ):
            self.jobs[key] = spots

    async def _belongings(self) -> AsyncIterator[int]:
        for number in (RESULTS, ERRORS):
            async for page in hash_pages(self._client, self._keys[number], BODIES):
                self.leftovers |= {(number, key) for key in {*map(text, page)} - self._known}
                yield len(page)
