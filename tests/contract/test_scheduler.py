"""Every scheduler keeps the promises of its port."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from jobsys.testing.backend import SchedulerUnderTest
from jobsys.testing.memory_backend import MemoryBackend
from jobsys.testing.redis_backend import RedisBackend
from jobsys.testing.scheduler_suite import SchedulerSuite
from jobsys.testing.sqlite_backend import SqliteBackend


@pytest.mark.contract(suite="Scheduler", backend="memory")
class TestMemoryScheduler(SchedulerSuite):
    @pytest.fixture
    def backend(self) -> SchedulerUnderTest:
        return MemoryBackend()


@pytest.mark.contract(suite="Scheduler", backend="sqlite")
class TestSqliteScheduler(SchedulerSuite):
    @pytest.fixture
    async def backend(self, tmp_path: Path) -> AsyncIterator[SchedulerUnderTest]:
        backend = SqliteBackend(tmp_path / "jobs.db")
        yield backend
        await backend.close()


@pytest.mark.contract(suite="Scheduler", backend="redis")
class TestRedisScheduler(SchedulerSuite):
    @pytest.fixture
    async def backend(self, clean_redis_url: str) -> AsyncIterator[SchedulerUnderTest]:
        backend = RedisBackend(clean_redis_url)
        yield backend
        await backend.close()
