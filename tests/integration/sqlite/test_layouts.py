"""Files that other releases have made: older ones are brought up to date, newer ones refused."""

import asyncio
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from importlib.resources import files
from pathlib import Path

import pytest

from jobsys.adapters.sqlite.job_queue import SqliteJobQueue
from jobsys.adapters.sqlite.layout import LAYOUT
from jobsys.adapters.sqlite.scheduler import SqliteScheduler
from jobsys.adapters.sqlite.store import SqliteStore
from jobsys.domain.errors import ConfigurationError
from jobsys.ports.submission import Receipt
from jobsys.testing.schedules import schedule
from jobsys.testing.virtual_clock import START
from tests.integration.sqlite.conftest import Opener
from tests.integration.sqlite.steps import HostClock, claim, submission

FIRST = (Path(__file__).parent / "first_layout.sql").read_text()
"""What the first release made of a file; the next two added tables and still called it 1."""
ADDED = [(files("jobsys.adapters.sqlite") / "layouts" / f"{n}.sql").read_text() for n in (2, 3)]

STORED = """
INSERT INTO jobs (queue, key, place, score, status, priority, changed_ms, created_ms, job_type, envelope)
SELECT queue, 'old', place, score - 1, status, priority, changed_ms, created_ms, job_type, envelope
FROM theirs.jobs WHERE key = 'model';
INSERT INTO counts VALUES ('mail', 'queued', 1, 1);
"""


def tables(path: Path) -> Sequence[str]:
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("SELECT name FROM sqlite_master WHERE sql IS NOT NULL")
        return sorted(name for (name,) in found)


def layout(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        number: int = connection.execute("PRAGMA user_version").fetchone()[0]
        return number


async def make_old(path: Path, scripts: Sequence[str]) -> None:
    """Makes a file as an older release did, with a job in it."""
    model = SqliteStore(path.with_name("model.db"), HostClock())
    await SqliteJobQueue(model).enqueue([submission("model")])
    await model.stop()
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL;")
        for script in scripts:
            connection.executescript(script)
        connection.execute("ATTACH ? AS theirs", (str(path.with_name("model.db")),))
        connection.executescript(STORED)


@pytest.mark.parametrize("added", [0, 1, 2])
async def test_a_file_of_an_older_release_goes_on_with_its_jobs(
    path: Path, store: SqliteStore, added: int
) -> None:
    await make_old(path, [FIRST, *ADDED[:added]])
    assert layout(path) == 1
    [lease] = await claim(SqliteJobQueue(store), "lane", 1)
    assert lease.record.id.key == "old"
    await SqliteScheduler(store, HostClock()).put([schedule("new", START, queue="mail")])
    assert layout(path) == LAYOUT
    assert tables(path) == tables(path.with_name("model.db"))


async def test_many_may_bring_a_file_up_to_date_at_once(path: Path, opened: Opener) -> None:
    await make_old(path, [FIRST])
    await asyncio.gather(*(opened(None).start() for _ in range(8)))
    assert layout(path) == LAYOUT


async def test_a_step_that_fails_leaves_the_file_as_it_was(
    path: Path, store: SqliteStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await store.start()
    await store.stop()
    before = tables(path)
    steps = tmp_path / "layouts"
    steps.mkdir()
    (steps / f"{LAYOUT + 1}.sql").write_text("CREATE TABLE half (x);\nCREATE TABLE jobs (y);\n")
    with monkeypatch.context() as next_release:
        next_release.setattr("jobsys.adapters.sqlite.layout.LAYOUT", LAYOUT + 1)
        next_release.setattr("jobsys.adapters.sqlite.layout._STEPS", steps)
        with pytest.raises(Exception, match=r"jobs\.db .*table jobs already exists"):
            await store.start()
    assert (tables(path), layout(path)) == (before, LAYOUT)
    assert await SqliteJobQueue(store).enqueue([submission("a")]) == [Receipt.CREATED]


def test_a_file_of_a_newer_layout_is_refused_and_left_alone(path: Path, store: SqliteStore) -> None:
    asyncio.run(store.start())
    asyncio.run(store.stop())
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE of_tomorrow (x)")
        connection.execute(f"PRAGMA user_version = {LAYOUT + 1}")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = path.read_bytes()
    told = rf"jobs\.db has layout {LAYOUT + 1}, this jobsys knows {LAYOUT}: upgrade jobsys"
    with pytest.raises(ConfigurationError, match=told):
        asyncio.run(store.start())
    assert path.read_bytes() == before
