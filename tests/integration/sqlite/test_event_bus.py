"""Notices through a file: what lies there, and what becomes of it."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from jobsys.adapters.sqlite import event_bus, notices
from jobsys.adapters.sqlite.event_bus import SqliteEventBus, handed_on
from jobsys.adapters.sqlite.store import SqliteStore
from jobsys.adapters.sqlite.watch import Watch
from jobsys.domain.errors import ConfigurationError
from jobsys.ports.subscription import Subscription
from jobsys.testing.notices import ANY, keys_received
from jobsys.testing.notices import notices as told
from jobsys.testing.until import until
from jobsys.testing.virtual_clock import VirtualClock
from tests.integration.sqlite.steps import HostClock


def count(path: Path, table: str) -> int:
    with sqlite3.connect(path) as connection:
        found: int = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 (our own name)
    connection.close()
    return found


async def test_while_nobody_listens_the_file_is_not_touched(path: Path, store: SqliteStore) -> None:
    bus = SqliteEventBus(store, HostClock())
    async with bus.subscribe(ANY):
        pass
    watch = await store.watch()
    before = watch.version()
    for _ in range(3):
        assert not await bus.publish(told("a"))
    assert watch.version() == before


async def test_the_last_listener_takes_everything_with_it(path: Path, store: SqliteStore) -> None:
    bus = SqliteEventBus(store, HostClock())
    async with bus.subscribe(ANY):
        async with bus.subscribe(ANY):
            await bus.publish(told("a", "b"))
        assert (count(path, "notices"), count(path, "listeners")) == (2, 1)
    assert (count(path, "notices"), count(path, "listeners")) == (0, 0)


async def test_old_notices_are_trimmed_and_counted_by_who_was_too_slow_for_them(
    path: Path, store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notices, "KEPT", 3)
    bus = SqliteEventBus(store, HostClock())
    async with bus.subscribe(ANY) as listener:
        await bus.publish(told("a", "b", "c", "d", "e"))
        assert await keys_received(listener, 3) == ["c", "d", "e"]
        assert (listener.lost, count(path, "notices")) == (2, 3)


async def test_a_listener_that_lives_is_seen_again_and_again(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_bus, "SEEN_EVERY", 0.001)
    clock = VirtualClock()
    store = SqliteStore(path, clock)
    bus = SqliteEventBus(store, clock)
    async with bus.subscribe(ANY):
        for _ in range(3):
            clock.advance(timedelta(seconds=9))
            await until(lambda: seen_at(path) == clock.now().timestamp() * 1000)
        assert await bus.publish(told("a"))
    await store.stop()


def seen_at(path: Path) -> float:
    with sqlite3.connect(path) as connection:
        seen: float = connection.execute("SELECT max(seen_ms) FROM listeners").fetchone()[0]
    connection.close()
    return seen


async def test_a_file_that_cannot_be_used_loses_notices_and_refuses_listeners(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = SqliteStore(tmp_path / "nowhere" / "jobs.db", HostClock())
    bus = SqliteEventBus(store, HostClock())
    assert await bus.publish(told("a")) is False
    assert "1 notices are lost" in caplog.text
    with pytest.raises(ConfigurationError):
        async with bus.subscribe(ANY):
            pass
    await store.stop()


async def test_a_listener_looks_again_at_a_file_that_somebody_locks_for_a_moment(
    path: Path, store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_bus, "SEEN_EVERY", 0.05)
    await store.start()
    await store.stop()
    with closing(sqlite3.connect(path)) as selfish, closing(Watch(path)) as watch:
        selfish.execute("PRAGMA locking_mode = EXCLUSIVE")
        selfish.execute("DELETE FROM jobs")
        selfish.commit()
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            watch.version()
        assert await handed_on(watch, 7, Subscription(ANY)) == 7


async def test_a_listener_waits_for_a_file_that_is_away(
    path: Path, store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_bus, "SEEN_EVERY", 0.001)
    monkeypatch.setattr(event_bus, "AGAIN_AFTER", 0.01)
    bus = SqliteEventBus(store, HostClock())
    async with bus.subscribe(ANY) as listener:
        away = path.rename(path.with_suffix(".away"))  # noqa: ASYNC240 (it takes no time)
        assert not await bus.publish(told("lost"))
        away.rename(path)
        while not await bus.publish(told("a")):
            pass
        assert await keys_received(listener, 1) == ["a"]
