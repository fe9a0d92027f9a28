"""What is written, and how large the files become."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from jobsys.adapters.sqlite.job_queue import SqliteJobQueue
from jobsys.adapters.sqlite.store import SqliteStore
from jobsys.ports.turn import TurnTicket
from jobsys.testing.virtual_clock import VirtualClock
from tests.integration.sqlite.conftest import Opener
from tests.integration.sqlite.steps import LEASE_FOR, claim, complete, submission


async def test_a_turn_that_finds_nothing_writes_nothing(path: Path, store: SqliteStore) -> None:
    queue = SqliteJobQueue(store)
    await store.start()
    with closing(sqlite3.connect(path)) as connection:
        before = _version(connection)
        assert await claim(queue, "lane", 1) == []
        await queue.reclaim(TurnTicket("lane", 2), ["mail"], 10, LEASE_FOR)
        await queue.tick(["mail"], 10)
        assert _version(connection) == before
        await queue.enqueue([submission("a")])
        assert _version(connection) != before


async def test_an_idle_turn_does_not_wait_for_who_writes(path: Path, store: SqliteStore) -> None:
    await store.start()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        assert await claim(SqliteJobQueue(store), "lane", 1) == []


async def test_the_log_shrinks_once_no_reader_needs_it(
    path: Path, store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobsys.adapters.sqlite.connection.LARGEST_WAL", 2**20)
    queue, log = SqliteJobQueue(store), path.with_name("jobs.db-wal")
    await store.start()
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM jobs").fetchone()
        for number in range(20):
            await queue.enqueue([submission(f"large-{number}", b"x" * 400_000)])
        assert _size(log) > 6 * 2**20
    await queue.enqueue([submission("checkpoints")])
    await queue.enqueue([submission("begins-anew")])
    assert _size(log) <= 2**20


async def test_the_file_shrinks_to_what_is_kept(path: Path, opened: Opener) -> None:
    clock = VirtualClock()
    store = opened(clock)
    queue = SqliteJobQueue(store)
    await queue.enqueue([submission(f"{n}", b"x" * 4_000) for n in range(4_000)])
    for number in range(1, 40, 2):
        leases = await claim(queue, "lane", number, 200)
        await complete(queue, "lane", number + 1, leases)
    clock.advance(timedelta(days=1))
    tick = await queue.tick(["mail"], 1_000)
    while tick.removed or tick.over_at == tick.now:  # as long as it says that there is more to do
        tick = await queue.tick(["mail"], 1_000)
    await store.stop()
    assert _size(path) < 5 * 2**20


def _size(path: Path) -> int:
    return path.stat().st_size


def _version(connection: sqlite3.Connection) -> int:
    version: int = connection.execute("PRAGMA data_version").fetchone()[0]
    return version
