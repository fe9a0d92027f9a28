"""Every adapter of circuits keeps the promises of its port."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from jobsys.testing.backend import CircuitsUnderTest
from jobsys.testing.circuits_suite import CircuitsSuite
from jobsys.testing.memory_backend import MemoryBackend
from jobsys.testing.redis_backend import RedisBackend
from jobsys.testing.sqlite_backend import SqliteBackend


@pytest.mark.contract(suite="Circuits", backend="memory")
class TestMemoryCircuits(CircuitsSuite):
    @pytest.fixture
    def backend(self) -> CircuitsUnderTest:
        return MemoryBackend()


@pytest.mark.contract(suite="Circuits", backend="sqlite")
class TestSqliteCircuits(CircuitsSuite):
    @pytest.fixture
    async def backend(self, tmp_path: Path) -> AsyncIterator[CircuitsUnderTest]:
        backend = SqliteBackend(tmp_path / "jobs.db")
        yield backend
        await backend.close()


@pytest.mark.contract(suite="Circuits", backend="redis")
class TestRedisCircuits(CircuitsSuite):
    @pytest.fixture
    async def backend(self, clean_redis_url: str) -> AsyncIterator[CircuitsUnderTest]:
        backend = RedisBackend(clean_redis_url)
        yield backend
        await backend.close()
