"""A filled store and a client that damages it; a server whose configuration tests change."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import redis as blocking
from redis.asyncio import Redis

from jobsys.testing.redis_backend import RedisBackend
from tests.support.many_jobs import filled
from tests.support.redis_server import RedisServer

SETTINGS = ("maxmemory-policy", "maxmemory", "appendonly", "appendfsync")


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


@pytest.fixture(scope="module")
def server(redis_binary: Path) -> Iterator[RedisServer]:
    """A server whose configuration the tests change."""
    with RedisServer(redis_binary, appendonly=True) as running:
        yield running


@pytest.fixture
def admin(server: RedisServer) -> Iterator["blocking.Redis"]:
    with blocking.Redis.from_url(server.url) as client:
        before = {name: client.config_get(name)[name] for name in SETTINGS}
        yield client
        for name, setting in before.items():
            client.config_set(name, setting)
        client.acl_deluser("worker")
        client.flushall()
