"""The rosters of all backends keep the promises of their port."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from jobsys.testing.backend import RosterUnderTest
from jobsys.testing.memory_backend import MemoryBackend
from jobsys.testing.redis_backend import RedisBackend
from jobsys.testing.roster_suite import RosterSuite
from jobsys.testing.sqlite_backend import SqliteBackend


@pytest.mark.contract(suite="Roster", backend="memory")
class TestMemoryRoster(RosterSuite):
    @pytest.fixture
    def backend(self) -> RosterUnderTest:
        return MemoryBackend()


@pytest.mark.contract(suite="Roster", backend="sqlite")
class TestSqliteRoster(RosterSuite):
    @pytest.fixture
    async def backend(self, tmp_path: Path) -> AsyncIterator[RosterUnderTest]:
        backend = SqliteBackend(tmp_path / "jobs.db")
        yield backend
        await backend.close()


@pytest.mark.contract(suite="Roster", backend="redis")
class TestRedisRoster(RosterSuite):
    @pytest.fixture
    async def backend(self, clean_redis_url: str) -> AsyncIterator[RosterUnderTest]:
        backend = RedisBackend(clean_redis_url)
        yield backend
        await backend.close()
