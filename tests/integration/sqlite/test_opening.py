"""Opening a file: what is refused says why and what mends it."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from jobsys.adapters.sqlite.job_queue import SqliteJobQueue
from jobsys.adapters.sqlite.store import SqliteStore
from jobsys.domain.errors import ConfigurationError
from jobsys.ports.errors import QueueUnavailable
from jobsys.ports.submission import Receipt
from tests.integration.sqlite.conftest import Opener
from tests.integration.sqlite.process import started
from tests.integration.sqlite.steps import HostClock, submission


def test_building_a_store_touches_nothing(path: Path, store: SqliteStore) -> None:
    assert not path.exists()


async def test_a_store_starts_and_stops_as_often_as_it_is_told(store: SqliteStore) -> None:
    await store.start()
    await store.start()
    await store.stop()
    await store.stop()
    await store.start()


async def test_an_unstarted_store_opens_at_its_first_use(store: SqliteStore) -> None:
    assert await SqliteJobQueue(store).enqueue([submission("a")]) == [Receipt.CREATED]


async def test_many_may_make_the_file_at_once(opened: Opener) -> None:
    await asyncio.gather(*(opened(None).start() for _ in range(8)))


def test_the_database_of_another_program_is_refused_and_left_alone(
    path: Path, store: SqliteStore
) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE theirs (x)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(ConfigurationError, match=r"jobs\.db is the database of another program"):
        asyncio.run(store.start())
    assert path.read_bytes() == before


def test_what_is_no_database_is_refused_and_left_alone(path: Path, store: SqliteStore) -> None:
    path.write_text("Dear diary, " * 500)
    with pytest.raises(ConfigurationError, match=r"jobs\.db .*not a SQLite database"):
        asyncio.run(store.start())
    assert path.read_text().startswith("Dear diary")


async def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "missing" / "jobs.db", HostClock())
    with pytest.raises(ConfigurationError, match=r"missing/jobs\.db .*folder exists"):
        await store.start()


def test_a_store_that_could_not_open_tries_again(path: Path, store: SqliteStore) -> None:
    path.mkdir()
    with pytest.raises(ConfigurationError):
        asyncio.run(store.start())
    path.rmdir()
    asyncio.run(store.start())


def test_a_folder_that_may_not_be_written_is_refused(path: Path, store: SqliteStore) -> None:
    asyncio.run(_made(store))
    path.parent.chmod(0o555)
    try:
        with started("start_unprivileged", path) as process:
            said = process.line()
    finally:
        path.parent.chmod(0o755)
    assert said.startswith("ConfigurationError: ")
    assert "let this user write" in said or "this user may write" in said


async def test_a_lock_held_beyond_the_deadline_makes_the_queue_unavailable(
    path: Path, store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobsys.adapters.sqlite.connection.LOCKED_FOR_AT_MOST", 0.1)
    await store.start()
    queue = SqliteJobQueue(store)
    with started("hold_the_lock", path) as other:
        assert other.line() == "locked"
        with pytest.raises(QueueUnavailable, match=r"jobs\.db .*locked"):
            await queue.enqueue([submission("a")])
        other.go()
        assert other.line() == "released"
    assert await queue.enqueue([submission("a")]) == [Receipt.CREATED]


async def test_a_call_waits_for_a_lock_that_is_released_in_time(
    path: Path, store: SqliteStore
) -> None:
    await store.start()
    with started("hold_the_lock", path) as other:
        assert other.line() == "locked"
        call = asyncio.ensure_future(SqliteJobQueue(store).enqueue([submission("a")]))
        other.go()
        assert await call == [Receipt.CREATED]


async def test_a_file_that_was_moved_away_is_noticed(path: Path, store: SqliteStore) -> None:
    queue = SqliteJobQueue(store)
    await queue.enqueue([submission("a")])
    _rename(path, path.with_suffix(".moved"))
    with pytest.raises(QueueUnavailable, match=r"jobs\.db was moved or deleted"):
        await queue.tick(["mail"], 10)
    _rename(path.with_suffix(".moved"), path)
    assert await queue.enqueue([submission("a")]) == [Receipt.EXISTS]


def _rename(path: Path, to: Path) -> None:
    path.rename(to)


async def _made(store: SqliteStore) -> None:
    await store.start()
    await store.stop()
