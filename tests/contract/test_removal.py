"""What removes by hand from all backends keeps the promises of their port."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from jobsys.testing.backend import RemovalUnderTest
from jobsys.testing.memory_backend import MemoryBackend
from jobsys.testing.redis_backend import RedisBackend
from jobsys.testing.removal_suite import RemovalSuite
from jobsys.testing.sqlite_backend import SqliteBackend


@pytest.mark.contract(suite="Removal", backend="memory")
class TestMemoryRemoval(RemovalSuite):
    @pytest.fixture
    def backend(self) -> RemovalUnderTest:
        return MemoryBackend(sweeps=False)


@pytest.mark.contract(suite="Removal", backend="sqlite")
class TestSqliteRemoval(RemovalSuite):
    @pytest.fixture
    async def backend(self, tmp_path: Path) -> AsyncIterator[RemovalUnderTest]:
        backend = SqliteBackend(tmp_path / "jobs.db", sweeps=False)
        yield backend
        await backend.close()


@pytest.mark.contract(suite="Removal", backend="redis")
class TestRedisRemoval(RemovalSuite):
    @pytest.fixture
    async def backend(self, clean_redis_url: str) -> AsyncIterator[RemovalUnderTest]:
        backend = RedisBackend(clean_redis_url, sweeps=False)
        yield backend
        await backend.close()
