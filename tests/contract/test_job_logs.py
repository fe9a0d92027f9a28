"""The logs of jobs in every backend keep the promises of its port."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from jobsys.testing.backend import JobLogsUnderTest
from jobsys.testing.job_logs_suite import JobLogsSuite
from jobsys.testing.memory_backend import MemoryBackend
from jobsys.testing.redis_backend import RedisBackend
from jobsys.testing.sqlite_backend import SqliteBackend


@pytest.mark.contract(suite="JobLogs", backend="memory")
class TestMemoryJobLogs(JobLogsSuite):
    @pytest.fixture
    def backend(self) -> JobLogsUnderTest:
        return MemoryBackend()


@pytest.mark.contract(suite="JobLogs", backend="sqlite")
class TestSqliteJobLogs(JobLogsSuite):
    @pytest.fixture
    async def backend(self, tmp_path: Path) -> AsyncIterator[JobLogsUnderTest]:
        backend = SqliteBackend(tmp_path / "jobs.db")
        yield backend
        await backend.close()


@pytest.mark.contract(suite="JobLogs", backend="redis")
class TestRedisJobLogs(JobLogsSuite):
    @pytest.fixture
    async def backend(self, clean_redis_url: str) -> AsyncIterator[JobLogsUnderTest]:
        backend = RedisBackend(clean_redis_url)
        yield backend
        await backend.close()
