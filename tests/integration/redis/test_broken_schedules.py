"""Schedules that something else has overwritten in Redis."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

import pytest
from redis.asyncio import Redis

from jobsys.adapters.redis.key_layout import KeyLayout
from jobsys.domain.schedule import Firing
from jobsys.ports.errors import QueueDamaged
from jobsys.ports.scheduler import Scheduler
from jobsys.testing.jobs import HOUR
from jobsys.testing.redis_backend import RedisBackend
from jobsys.testing.schedules import due_in, firing, schedule
from jobsys.testing.virtual_clock import START

QUEUE = "default"
KEYS = KeyLayout().of_schedules(QUEUE)
KNOWN = schedule("known", START, queue=QUEUE)
FIRING: Firing = firing(KNOWN, START + HOUR)

CALLS: Mapping[str, Callable[[Scheduler], Awaitable[object]]] = {
    "put": lambda scheduler: scheduler.put([schedule("new", START, queue=QUEUE)]),
    "get": lambda scheduler: scheduler.get([KNOWN.id]),
    "find": lambda scheduler: scheduler.find(QUEUE),
    "remove": lambda scheduler: scheduler.remove(KNOWN.id),
    "set_next": lambda scheduler: scheduler.set_next(KNOWN.id, None),
    "due": lambda scheduler: scheduler.due([QUEUE], 10),
    "fire": lambda scheduler: scheduler.fire([FIRING]),
}


@pytest.fixture
async def backend(clean_redis_url: str) -> AsyncIterator[RedisBackend]:
    made = RedisBackend(clean_redis_url)
    await made.scheduler.put([KNOWN])
    yield made
    await made.close()


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("key", KEYS)
async def test_a_key_of_a_foreign_type_is_an_error_that_changes_nothing(
    backend: RedisBackend, clean_redis_url: str, key: str, call: str
) -> None:
    async with Redis.from_url(clean_redis_url) as redis:
        await redis.delete(key)
        await redis.set(key, "foreign")
        before = {name: await redis.dump(name) for name in await redis.keys()}
        with pytest.raises(QueueDamaged, match="WRONGTYPE"):
            await CALLS[call](backend.scheduler)
        assert {name: await redis.dump(name) for name in await redis.keys()} == before


@pytest.mark.parametrize("raw", [b"", b"nonsense", b"1 0 normal\n{}\n{}\n{}", b"1 0 odd\n{}\n\n"])
async def test_a_schedule_that_cannot_be_read_is_left_out_and_stops_no_other(
    backend: RedisBackend, clean_redis_url: str, raw: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    await backend.scheduler.put([schedule("broken", START, queue=QUEUE)])
    async with Redis.from_url(clean_redis_url) as redis:
        await redis.hset(f"jobs:schedules:{QUEUE}", "broken", raw)
    assert (await due_in(backend.scheduler, [QUEUE])).schedules == [KNOWN]
    assert await backend.scheduler.find() == [KNOWN]
    assert await backend.scheduler.fire([FIRING]) == [True]
    assert raw == b"" or "schedule default:broken cannot be read" in caplog.text
