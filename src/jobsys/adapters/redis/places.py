"""The places of a queue in the order in which a listing walks them."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Protocol, cast

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline

from jobsys.adapters.redis.key_layout import KeyLayout
from jobsys.domain.priority import ALL_LEVELS
from jobsys.domain.status import DEAD, DELAYED, DONE, LEASED, READY, JobStatus

Keys = tuple[int, Sequence[tuple[int, str]]]


class Place(Protocol):
    """One list or sorted set of a queue; `number` is its rank in a listing."""

    @property
    @abstractmethod
    def number(self) -> int:
        """The place's rank."""

    @abstractmethod
    def ask_length(self, pipeline: "Pipeline") -> None:
        """Has a pipeline ask how many entries lie there."""

    @abstractmethod
    async def keys(self, client: "Redis", begin: int, count: int) -> Keys:
        """Returns how many entries lie from `begin` on, up to `count`, and the jobs among them."""


class ReadyList:
    """A level's list; void entries are passed over."""

    def __init__(self, number: int, key: str, gone: str) -> None:
        self.number = number
        self._key = key
        self._gone = gone

    def ask_length(self, pipeline: "Pipeline") -> None:
        pipeline.llen(self._key)

    async def keys(self, client: "Redis", begin: int, count: int) -> Keys:
        entries = cast("list[bytes]", await client.lrange(self._key, begin, begin + count - 1))
        if not entries:
            return 0, []
        void = cast("list[int]", await client.smismember(self._gone, entries))
        return len(entries), [
            (begin + i, entry.decode(errors="replace").partition("@")[0])
            for i, entry in enumerate(entries)
            if not void[i]
        ]


class SortedPlace:
    """A sorted set, read upward or, where the newest shall come first, downward."""

    def __init__(self, number: int, key: str, *, newest_first: bool = False) -> None:
        self.number = number
        self._key = key
        self._newest_first = newest_first

    def ask_length(self, pipeline: "Pipeline") -> None:
        pipeline.zcard(self._key)

    async def keys(self, client: "Redis", begin: int, count: int) -> Keys:
        found = await client.zrange(self._key, begin, begin + count - 1, desc=self._newest_first)
        members = cast("list[bytes]", found)
        names = [member.decode(errors="replace") for member in members]
        return len(members), [(begin + i, name) for i, name in enumerate(names)]


def places_of(layout: KeyLayout, queue: str, status: JobStatus | None) -> Sequence[Place]:
    """Returns the places in which jobs of this status can stand; all of them for None."""
    ready = [
        (READY, ReadyList(rank, layout.ready(queue, level), layout.gone(queue, level)))
        for rank, level in enumerate(ALL_LEVELS, start=1)
    ]
    places: list[tuple[frozenset[JobStatus], Place]] = [
        (LEASED, SortedPlace(0, layout.leased(queue))),
        *ready,
        (DELAYED, SortedPlace(5, layout.delayed(queue))),
        (DEAD, SortedPlace(6, layout.dead(queue), newest_first=True)),
        (DONE, SortedPlace(7, layout.done(queue), newest_first=True)),
    ]
    return [place for statuses, place in places if status is None or status in statuses]
