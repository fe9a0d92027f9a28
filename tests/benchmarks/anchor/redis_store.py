"""The anchor on Redis: two scripts, a hash for each job, a list, a sorted set of leases."""

from collections.abc import Awaitable, Sequence
from typing import Final, cast

from redis.asyncio import Redis

from tests.benchmarks.anchor.store import LEASE_MS, Job, Store

WAIT: Final = 4
"""Seconds; below the time after which redis-py takes a silent server for dead."""
PUT_AT_ONCE: Final = 250

PUT: Final = """
for i = 2, #ARGV do
  local id = redis.call('INCR', 'id')
  redis.call('HSET', 'j:' .. id, 'kind', ARGV[1], 'data', ARGV[i], 'state', 'queued', 'attempt', 0)
  redis.call('LPUSH', 'q', id)
end
if redis.call('LLEN', 'wake') == 0 then redis.call('LPUSH', 'wake', 1) end
"""
TURN: Final = """
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local done = {}
for i = 4, #ARGV do
  local key = 'j:' .. ARGV[i]
  done[i - 3] = ARGV[i]
  if redis.call('HGET', key, 'worker') == ARGV[2] then
    redis.call('HSET', key, 'state', 'done', 'finished', now)
    redis.call('PEXPIRE', key, 3600000)
  end
end
if #done > 0 then redis.call('ZREM', 'lease', unpack(done)) end
local limit = tonumber(ARGV[1])
local ids = limit > 0 and redis.call('RPOP', 'q', limit)
if not ids then return {} end
local leases, told = {}, {}
for i, id in ipairs(ids) do
  local key = 'j:' .. id
  redis.call('HSET', key, 'state', 'running', 'worker', ARGV[2], 'started', now)
  redis.call('HINCRBY', key, 'attempt', 1)
  local found = redis.call('HMGET', key, 'kind', 'data')
  told[2 * i - 1], told[2 * i] = found[1], found[2]
  leases[2 * i - 1], leases[2 * i] = now + ARGV[3], id
end
redis.call('ZADD', 'lease', unpack(leases))
return {ids, told}
"""


class RedisStore(Store):
    """A server at a URL."""

    def __init__(self, url: str) -> None:
        self._client = Redis.from_url(url)
        self._scripts: dict[str, str] = {}

    async def put(self, kind: str, payloads: Sequence[bytes]) -> None:
        for start in range(0, len(payloads), PUT_AT_ONCE):
            await self._run(PUT, kind, *payloads[start : start + PUT_AT_ONCE])

    async def turn(self, worker: str, done: Sequence[bytes], limit: int) -> Sequence[Job]:
        answer = cast("list[list[bytes]]", await self._run(TURN, limit, worker, LEASE_MS, *done))
        if not answer:
            return ()
        ids, told = answer
        return list(zip(ids, told[::2], told[1::2], strict=True))

    async def wait(self) -> None:
        await cast("Awaitable[object]", self._client.brpop(["wake"], WAIT))

    async def close(self) -> None:
        await self._client.aclose()

    async def _run(self, script: str, *arguments: bytes | str | int) -> object:
        if script not in self._scripts:
            self._scripts[script] = str(await self._client.script_load(script))
        return await cast(
            "Awaitable[object]", self._client.evalsha(self._scripts[script], 0, *arguments)
        )
