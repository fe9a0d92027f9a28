"""Every job queue keeps the promises of its port."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from jobsys.testing.backend import BackendUnderTest
from jobsys.testing.job_queue_suite import JobQueueSuite
from jobsys.testing.memory_backend import MemoryBackend
from jobsys.testing.redis_backend import RedisBackend
from jobsys.testing.sqlite_backend import SqliteBackend


@pytest.mark.contract(suite="JobQueue", backend="memory")
class TestMemoryJobQueue(JobQueueSuite):
    @pytest.fixture
    def backend(self) -> BackendUnderTest:
        return MemoryBackend()


@pytest.mark.contract(suite="JobQueue", backend="sqlite")
class TestSqliteJobQueue(JobQueueSuite):
    @pytest.fixture
    async def backend(self, tmp_path: Path) -> AsyncIterator[BackendUnderTest]:
        backend = SqliteBackend(tmp_path / "jobs.db")
        yield backend
        await backend.close()


@pytest.mark.contract(suite="JobQueue", backend="redis")
class TestRedisJobQueue(JobQueueSuite):
    @pytest.fixture
    async def backend(self, clean_redis_url: str) -> AsyncIterator[BackendUnderTest]:
        backend = RedisBackend(clean_redis_url)
        yield backend
        await backend.close()
