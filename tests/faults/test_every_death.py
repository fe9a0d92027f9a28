"""Whoever calls a backend may die at any call: nothing is lost, nothing is done twice."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from jobsys.adapters.redis.job_queue import RedisJobQueue
from jobsys.adapters.redis.key_layout import KeyLayout
from jobsys.adapters.redis.store import RedisStore
from jobsys.testing.faults.every_death import Death, every_death, lives_of
from jobsys.testing.faults.fail_points import MortalCaller, MortalClient
from jobsys.testing.faults.tcp_proxy import TcpProxy
from jobsys.testing.memory_backend import MemoryBackend
from jobsys.testing.redis_backend import CLOCK, RedisBackend


def fatal(deaths: Sequence[Death]) -> list[str]:
    print(f"{len(deaths)} points")
    return [str(death) for death in deaths if death.violations]


async def test_a_death_at_every_call_of_the_port_in_memory(tmp_path: Path) -> None:
    backend = MemoryBackend(keep_last=100)
    lives = lives_of(lambda until: MortalCaller(backend.queue, until), backend)
    deaths = await every_death(lives, backend, tmp_path)
    assert fatal(deaths) == []


@pytest.fixture
async def redis(clean_redis_url: str) -> AsyncIterator[RedisBackend]:
    backend = RedisBackend(clean_redis_url, keep_last=100)
    yield backend
    await backend.close()


async def test_a_death_at_every_request_to_redis(
    redis: RedisBackend, proxy: TcpProxy, proxied_url: str, tmp_path: Path
) -> None:
    store = RedisStore(proxied_url, KeyLayout(), CLOCK)
    queue = RedisJobQueue(store, 100)
    lives = lives_of(lambda until: MortalClient(queue, proxy, until), redis)
    deaths = await every_death(lives, redis, tmp_path)
    await store.stop()
    assert fatal(deaths) == []
