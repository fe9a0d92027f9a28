"""Every backend says what its store is worth."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from jobsys.adapters.memory.backend import MemoryBackend
from jobsys.adapters.redis.backend import RedisBackend
from jobsys.adapters.sqlite.backend import SqliteBackend
from jobsys.adapters.system.clock import SystemClock
from jobsys.ports.backend import Backend, BackendOptions, OpenBackend
from jobsys.testing.durability_suite import DurabilitySuite


@asynccontextmanager
async def started(opener: OpenBackend, url: str) -> AsyncIterator[Backend]:
    backend = opener(BackendOptions(url, SystemClock()))
    await backend.start()
    try:
        yield backend
    finally:
        await backend.stop()


@pytest.mark.contract(suite="Durability", backend="memory")
class TestMemoryDurability(DurabilitySuite):
    @pytest.fixture
    async def backend(self) -> AsyncIterator[Backend]:
        async with started(MemoryBackend, "memory://") as backend:
            yield backend


@pytest.mark.contract(suite="Durability", backend="sqlite")
class TestSqliteDurability(DurabilitySuite):
    @pytest.fixture
    async def backend(self, tmp_path: Path) -> AsyncIterator[Backend]:
        url = f"sqlite:///{tmp_path}/jobs.db?synchronous=NORMAL"
        async with started(SqliteBackend, url) as backend:
            yield backend


@pytest.mark.contract(suite="Durability", backend="redis")
class TestRedisDurability(DurabilitySuite):
    @pytest.fixture
    async def backend(self, clean_redis_url: str) -> AsyncIterator[Backend]:
        async with started(RedisBackend, clean_redis_url) as backend:
            yield backend
