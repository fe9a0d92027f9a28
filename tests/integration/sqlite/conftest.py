"""Files, and stores that are closed in the end."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from jobsys.adapters.sqlite.store import SqliteStore
from jobsys.ports.clock import Clock
from tests.integration.sqlite.steps import HostClock

Opener = Callable[[Clock | None], SqliteStore]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "jobs.db"


@pytest.fixture
async def opened(path: Path) -> AsyncIterator[Opener]:
    """Opens the file as often as a test likes, with the host's clock if it names no other."""
    stores: list[SqliteStore] = []

    def open_store(clock: Clock | None = None) -> SqliteStore:
        stores.append(SqliteStore(path, clock or HostClock(), synchronous="NORMAL"))
        return stores[-1]

    yield open_store
    for store in stores:
        await store.stop()


@pytest.fixture
def store(opened: Opener) -> SqliteStore:
    return opened(None)
