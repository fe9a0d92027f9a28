"""Every presence keeps the promises of its port."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from jobsys.testing.backend import PresenceUnderTest
from jobsys.testing.memory_backend import MemoryBackend
from jobsys.testing.presence_suite import PresenceSuite
from jobsys.testing.redis_backend import RedisBackend
from jobsys.testing.sqlite_backend import SqliteBackend


@pytest.mark.contract(suite="Presence", backend="memory")
class TestMemoryPresence(PresenceSuite):
    @pytest.fixture
    def backend(self) -> PresenceUnderTest:
        return MemoryBackend()


@pytest.mark.contract(suite="Presence", backend="sqlite")
class TestSqlitePresence(PresenceSuite):
    @pytest.fixture
    async def backend(self, tmp_path: Path) -> AsyncIterator[PresenceUnderTest]:
        backend = SqliteBackend(tmp_path / "jobs.db")
        yield backend
        await backend.close()


@pytest.mark.contract(suite="Presence", backend="redis")
class TestRedisPresence(PresenceSuite):
    @pytest.fixture
    async def backend(self, clean_redis_url: str) -> AsyncIterator[PresenceUnderTest]:
        backend = RedisBackend(clean_redis_url)
        yield backend
        await backend.close()
