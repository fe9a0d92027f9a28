"""Every store checker keeps the promises of its port."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from jobsys.testing.backend import StoreCheckerUnderTest
from jobsys.testing.memory_backend import MemoryBackend
from jobsys.testing.redis_backend import RedisBackend
from jobsys.testing.sqlite_backend import SqliteBackend
from jobsys.testing.store_checker_suite import StoreCheckerSuite


@pytest.mark.contract(suite="StoreChecker", backend="memory")
class TestMemoryStoreChecker(StoreCheckerSuite):
    @pytest.fixture
    def backend(self) -> StoreCheckerUnderTest:
        return MemoryBackend()


@pytest.mark.contract(suite="StoreChecker", backend="sqlite")
class TestSqliteStoreChecker(StoreCheckerSuite):
    @pytest.fixture
    async def backend(self, tmp_path: Path) -> AsyncIterator[StoreCheckerUnderTest]:
        backend = SqliteBackend(tmp_path / "jobs.db")
        yield backend
        await backend.close()


@pytest.mark.contract(suite="StoreChecker", backend="redis")
class TestRedisStoreChecker(StoreCheckerSuite):
    @pytest.fixture
    async def backend(self, clean_redis_url: str) -> AsyncIterator[StoreCheckerUnderTest]:
        backend = RedisBackend(clean_redis_url)
        yield backend
        await backend.close()
