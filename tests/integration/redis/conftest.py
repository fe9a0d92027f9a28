"""A filled store, and a client that damages it."""

from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from jobsys.testing.redis_backend import RedisBackend
from tests.support.many_jobs import filled


@pytest.fixture
async def full_backend(clean_redis_url: str) -> AsyncIterator[RedisBackend]:
    made = RedisBackend(clean_redis_url, keep_last=1000)
    await filled(made)
    yield made
    await made.close()


@pytest.fixture
async def redis(clean_redis_url: str) -> AsyncIterator[Redis]:
    async with Redis.from_url(clean_redis_url) as client:
        yield client
