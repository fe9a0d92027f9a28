"""Every event bus keeps the promises of its port."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from jobsys.testing.backend import EventBusUnderTest
from jobsys.testing.event_bus_suite import EventBusSuite
from jobsys.testing.memory_backend import MemoryBackend
from jobsys.testing.redis_backend import RedisBackend
from jobsys.testing.sqlite_backend import SqliteBackend


@pytest.mark.contract(suite="EventBus", backend="memory")
class TestMemoryEventBus(EventBusSuite):
    @pytest.fixture
    def backend(self) -> EventBusUnderTest:
        return MemoryBackend()


@pytest.mark.contract(suite="EventBus", backend="sqlite")
class TestSqliteEventBus(EventBusSuite):
    @pytest.fixture
    async def backend(self, tmp_path: Path) -> AsyncIterator[EventBusUnderTest]:
        backend = SqliteBackend(tmp_path / "jobs.db")
        yield backend
        await backend.close()


@pytest.mark.contract(suite="EventBus", backend="redis")
class TestRedisEventBus(EventBusSuite):
    @pytest.fixture
    async def backend(self, clean_redis_url: str) -> AsyncIterator[EventBusUnderTest]:
        backend = RedisBackend(clean_redis_url)
        yield backend
        await backend.close()
