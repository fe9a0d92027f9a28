"""Whoever calls a backend may die at any call: nothing is lost, nothing is done twice."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from multiprocessing import get_context
from pathlib import Path
from signal import SIGKILL

import pytest

from jobsys.adapters.redis.job_queue import RedisJobQueue
from jobsys.adapters.redis.key_layout import KeyLayout
from jobsys.adapters.redis.store import RedisStore
from jobsys.testing.faults.every_death import Death, every_death, lives_of
from jobsys.testing.faults.fail_points import FailPoint, MortalCaller, MortalClient, Side
from jobsys.testing.faults.ledger import Ledger
from jobsys.testing.faults.tcp_proxy import TcpProxy
from jobsys.testing.memory_backend import MemoryBackend
from jobsys.testing.redis_backend import CLOCK, RedisBackend
from jobsys.testing.sqlite_backend import SqliteBackend
from tests.support.mortal_store import live


def fatal(deaths: Sequence[Death]) -> list[str]:
    print(f"{len(deaths)} points")
    return [str(death) for death in deaths if death.violations]


async def test_a_death_at_every_call_of_the_port_in_memory(tmp_path: Path) -> None:
    backend = MemoryBackend(keep_last=100)
    lives = lives_of(lambda until: MortalCaller(backend.queue, until), backend)
    deaths = await every_death(lives, backend, tmp_path)
    assert fatal(deaths) == []


async def test_a_kill_before_during_and_after_every_transaction_of_sqlite(tmp_path: Path) -> None:
    path = tmp_path / "jobs.db"
    backend = SqliteBackend(path, keep_last=100)
    processes = get_context("forkserver")
    processes.set_forkserver_preload(["tests.support.mortal_store"])

    async def life(ledger: Ledger, until: FailPoint) -> bool:
        process = processes.Process(target=live, args=(path, ledger.path, until))
        process.start()
        await asyncio.to_thread(process.join)
        assert process.exitcode in {0, -SIGKILL}
        return process.exitcode != 0

    deaths = await every_death(life, backend, tmp_path, tuple(Side))
    await backend.close()
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
