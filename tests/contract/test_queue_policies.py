"""The policies of every backend keep the promises of its port."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from jobsys.testing.backend import QueuePoliciesUnderTest
from jobsys.testing.memory_backend import MemoryBackend
from jobsys.testing.queue_policies_suite import QueuePoliciesSuite
from jobsys.testing.redis_backend import RedisBackend
from jobsys.testing.sqlite_backend import SqliteBackend


@pytest.mark.contract(suite="QueuePolicies", backend="memory")
class TestMemoryQueuePolicies(QueuePoliciesSuite):
    @pytest.fixture
    def backend(self) -> QueuePoliciesUnderTest:
        return MemoryBackend()


@pytest.mark.contract(suite="QueuePolicies", backend="sqlite")
class TestSqliteQueuePolicies(QueuePoliciesSuite):
    @pytest.fixture
    async def backend(self, tmp_path: Path) -> AsyncIterator[QueuePoliciesUnderTest]:
        backend = SqliteBackend(tmp_path / "jobs.db")
        yield backend
        await backend.close()


@pytest.mark.contract(suite="QueuePolicies", backend="redis")
class TestRedisQueuePolicies(QueuePoliciesSuite):
    @pytest.fixture
    async def backend(self, clean_redis_url: str) -> AsyncIterator[QueuePoliciesUnderTest]:
        backend = RedisBackend(clean_redis_url)
        yield backend
        await backend.close()
