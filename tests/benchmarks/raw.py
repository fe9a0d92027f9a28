"""The least that the same could cost: a bare loop on the same technology, without a framework.

A job is stored with its payload, claimed under a lease and acknowledged after it ran, a hundred at
a time; its payload is checked by pydantic, and it runs as a task of its own. No retries, no renewal,
no states, no counts.
"""

import asyncio
import sqlite3
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from time import perf_counter
from typing import Final, Protocol, cast

from redis.asyncio import Redis

from tests.benchmarks.payload import Noop, noops

BATCH: Final = 100

Job = tuple[bytes, bytes]


class Raw(Protocol):
    """A bare store of jobs."""

    async def put(self, payloads: Sequence[bytes]) -> None:
        """Stores jobs, durably where the technology is."""
        ...

    async def turn(self, done: Sequence[bytes], limit: int) -> Sequence[Job]:
        """Acknowledges jobs and claims others."""
        ...

    async def close(self) -> None:
        """Ends."""
        ...


class RawMemory:
    """A deque and a dict."""

    def __init__(self) -> None:
        self._ready: deque[Job] = deque()
        self._leased: dict[bytes, Job] = {}
        self._drawn = 0

    async def put(self, payloads: Sequence[bytes]) -> None:
        for payload in payloads:
            self._drawn += 1
            self._ready.append((b"%d" % self._drawn, payload))

    async def turn(self, done: Sequence[bytes], limit: int) -> Sequence[Job]:
        for key in done:
            del self._leased[key]
        claimed = [self._ready.popleft() for _ in range(min(limit, len(self._ready)))]
        self._leased.update((job[0], job) for job in claimed)
        return claimed

    async def close(self) -> None:
        """Leaves nothing behind."""


class RawSqlite:
    """One table, WAL, synchronous=FULL, a transaction for each call."""

    def __init__(self, path: str) -> None:
        self._file = sqlite3.connect(path, isolation_level=None)
        self._file.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
            "CREATE TABLE IF NOT EXISTS raw (id INTEGER PRIMARY KEY, payload BLOB, lease REAL);"
            "CREATE INDEX IF NOT EXISTS ready ON raw (id) WHERE lease IS NULL;"
        )

    async def put(self, payloads: Sequence[bytes]) -> None:
        self._file.execute("BEGIN IMMEDIATE")
        self._file.executemany("INSERT INTO raw (payload) VALUES (?)", [(p,) for p in payloads])
        self._file.execute("COMMIT")

    async def turn(self, done: Sequence[bytes], limit: int) -> Sequence[Job]:
        self._file.execute("BEGIN IMMEDIATE")
        self._file.executemany("DELETE FROM raw WHERE id = ?", [(int(key),) for key in done])
        rows = self._file.execute(
            "UPDATE raw SET lease = julianday() WHERE id IN"
            " (SELECT id FROM raw WHERE lease IS NULL ORDER BY id LIMIT ?) RETURNING id, payload",
            (limit,),
        ).fetchall()
        self._file.execute("COMMIT")
        return [(b"%d" % key, payload) for key, payload in rows]

    async def close(self) -> None:
        self._file.close()


PUT: Final = """
for i = 1, #ARGV do
  local id = redis.call('INCR', 'raw:id')
  redis.call('HSET', 'raw:data', id, ARGV[i])
  redis.call('RPUSH', 'raw:ready', id)
end
"""
TURN: Final = """
for i = 2, #ARGV do redis.call('ZREM', 'raw:leased', ARGV[i]) redis.call('HDEL', 'raw:data', ARGV[i]) end
local ids = redis.call('LPOP', 'raw:ready', ARGV[1])
if not ids then return {} end
local leases = {}
for i, id in ipairs(ids) do leases[2 * i - 1], leases[2 * i] = redis.call('TIME')[1] + 10, id end
redis.call('ZADD', 'raw:leased', unpack(leases))
return {ids, redis.call('HMGET', 'raw:data', unpack(ids))}
"""


class RawRedis:
    """Two scripts."""

    def __init__(self, url: str) -> None:
        self._client = Redis.from_url(url, protocol=3)
        self._put = self._client.register_script(PUT)
        self._turn = self._client.register_script(TURN)

    async def put(self, payloads: Sequence[bytes]) -> None:
        await cast("Awaitable[object]", self._put(args=payloads))

    async def turn(self, done: Sequence[bytes], limit: int) -> Sequence[Job]:
        answer = await cast("Awaitable[list[list[bytes]]]", self._turn(args=[limit, *done]))
        return list(zip(*answer, strict=True)) if answer else []

    async def close(self) -> None:
        await self._client.aclose()


async def submit_one_by_one(raw: Raw, number: int) -> float:
    """Returns the seconds that one caller needs for so many submits."""
    begun = perf_counter()
    for job in noops(number):
        await raw.put([job.model_dump_json().encode()])
    return perf_counter() - begun


async def submit_in_bulk(raw: Raw, number: int) -> float:
    """Returns the seconds for so many jobs, a thousand a call."""
    begun = perf_counter()
    for start in range(0, number, 1000):
        jobs = noops(1000)[: number - start]
        await raw.put([job.model_dump_json().encode() for job in jobs])
    return perf_counter() - begun


async def run(raw: Raw, number: int) -> float:
    """Returns the seconds from the first to the last of so many queued jobs."""
    await submit_in_bulk(raw, number)
    times: list[float] = []
    done: list[bytes] = []

    async def one(job: Job) -> None:
        Noop.model_validate_json(job[1])
        times.append(perf_counter())
        done.append(job[0])

    while len(times) < number or done:
        acknowledged, done = done, []
        await asyncio.gather(*(one(job) for job in await raw.turn(acknowledged, BATCH)))
    return times[-1] - times[0]


def at(
    measure: Callable[[Raw, int], Awaitable[float]],
) -> Callable[[str, int], Coroutine[object, object, float]]:
    """Returns what measures a raw loop at a URL."""

    async def measured(url: str, number: int) -> float:
        raw = _opened(url)
        try:
            return await measure(raw, number)
        finally:
            await raw.close()

    return measured


def _opened(url: str) -> Raw:
    if url.startswith("memory:"):
        return RawMemory()
    if url.startswith("sqlite:"):
        return RawSqlite(url.removeprefix("sqlite:///"))
    return RawRedis(url)
