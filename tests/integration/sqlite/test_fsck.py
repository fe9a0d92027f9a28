"""Damage that SQL does to a file: it is named, it is mended, and no job is lost."""

import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from jobsys.application.store_check import Outcome
from jobsys.domain.status import JobStatus
from jobsys.ports.store_checker import FindingKind
from jobsys.testing.jobs import HOUR, LEASE_FOR, QUEUE, id_of, job
from jobsys.testing.lane import Lane
from jobsys.testing.sqlite_backend import SqliteBackend
from tests.integration.sqlite.damage import BY_HAND, DAMAGES, update
from tests.support.damage import kinds
from tests.support.damaged_store import DamagedStore
from tests.support.many_jobs import filled, fsck, ids_in


@pytest.fixture
async def backend(path: Path) -> AsyncIterator[SqliteBackend]:
    made = SqliteBackend(path, keep_last=1000)
    await filled(made)
    yield made
    await made.close()


def do(path: Path, statements: Sequence[str]) -> None:
    with closing(sqlite3.connect(path)) as file, file:
        for statement in statements:
            file.execute(statement)


def contents(path: Path) -> list[str]:
    """Everything in the file."""
    with closing(sqlite3.connect(path)) as file:
        return list(file.iterdump())


def envelopes(path: Path) -> list[object]:
    with closing(sqlite3.connect(path)) as file:
        return file.execute("SELECT queue, key, envelope FROM jobs ORDER BY id").fetchall()


@pytest.fixture
def store(backend: SqliteBackend, path: Path) -> DamagedStore[str]:
    async def done(how: Sequence[str]) -> None:
        do(path, how)

    async def read_contents() -> object:
        return contents(path)

    async def read_bodies() -> object:
        return envelopes(path)

    return DamagedStore(backend, done, read_contents, read_bodies)


async def test_a_file_with_jobs_in_every_state_is_clean(store: DamagedStore[str]) -> None:
    await store.expect_clean()


@pytest.mark.parametrize("name", DAMAGES)
async def test_damage_is_named_and_mended_and_no_job_is_lost(
    store: DamagedStore[str], name: str
) -> None:
    await store.expect_mended(DAMAGES[name])


@pytest.mark.parametrize("name", BY_HAND)
async def test_what_a_person_must_decide_is_named_and_left_as_it_is(
    store: DamagedStore[str], name: str
) -> None:
    await store.expect_left(BY_HAND[name])


async def test_all_damage_at_once_is_mended(backend: SqliteBackend, path: Path) -> None:
    for damage in DAMAGES.values():
        do(path, damage.how)
    assert len(kinds(await fsck(backend))) > 5
    assert (await fsck(backend, repair=True)).is_clean
    assert (await fsck(backend)).outcomes == []


async def test_what_is_wrong_in_another_way_by_now_is_left_alone(
    backend: SqliteBackend, path: Path
) -> None:
    do(path, [update("ready-002", "place = 'attic'")])
    found = [f async for step in backend.checker.check() for f in step.findings]
    do(path, [update("ready-002", "envelope = NULL")])
    before = contents(path)
    assert await backend.checker.mend(found) == [False]
    assert contents(path) == before


async def test_each_row_of_a_long_table_is_looked_at(backend: SqliteBackend, path: Path) -> None:
    await backend.queue.enqueue([job(f"many-{n:04}", queue="many") for n in range(2500)])
    do(path, ["UPDATE jobs SET place = 'attic' WHERE queue = 'many'"])
    report = await fsck(backend, ["many"], repair=True)
    assert len(report.outcomes) == 2500
    assert (await fsck(backend)).outcomes == []


async def test_a_lease_that_was_lost_and_mended_lasts_a_while(
    backend: SqliteBackend, path: Path
) -> None:
    lane = Lane(backend.queue)
    lease = await lane.claim_one()
    do(path, [update(lease.record.id.key, "place = 'ready'")])
    await fsck(backend, repair=True)
    await backend.advance(LEASE_FOR / 2)
    assert lease.record.id not in {one.record.id for one in await lane.reclaim()}
    assert not (await lane.settle(lease.succeeded(None))).refused


async def test_an_ended_job_that_was_mended_is_kept_a_while(
    backend: SqliteBackend, path: Path
) -> None:
    do(path, [update("done-001", "place = 'ready'"), update("dead-001", "place = 'done'")])
    await fsck(backend, repair=True)
    await backend.advance(HOUR / 2)
    await backend.queue.tick([QUEUE], 100)
    assert {id_of("done-001"), id_of("dead-001")} <= await ids_in(backend, *JobStatus)


async def test_a_ready_job_that_was_mended_is_the_next_to_run(
    backend: SqliteBackend, path: Path
) -> None:
    do(path, [update("ready-120", "place = 'attic'")])
    await fsck(backend, repair=True)
    assert await Lane(backend.queue).claim_keys(2) == ["ready-120", "ready-000"]


def define(path: Path, index: str, sql: str) -> None:
    """Gives an index another definition, without SQLite building it anew."""
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        file.execute("PRAGMA writable_schema = ON")
        file.execute("UPDATE sqlite_master SET sql = ? WHERE name = ?", (sql, index))
        (version,) = file.execute("PRAGMA schema_version").fetchone()
        file.execute(f"PRAGMA schema_version = {version + 1}")


async def test_an_index_that_lacks_jobs_is_told_and_nothing_is_counted_by_it(
    backend: SqliteBackend, path: Path
) -> None:
    with closing(sqlite3.connect(path)) as file:
        [sql] = file.execute("SELECT sql FROM sqlite_master WHERE name = 'places'").fetchone()
    define(path, "places", f"{sql} WHERE 0")
    await backend.queue.enqueue([job("unseen")])
    define(path, "places", sql)
    before = contents(path)
    report = await fsck(backend, repair=True)
    [(finding, outcome)] = report.outcomes
    assert (finding.kind, outcome) == (FindingKind.BROKEN_FILE, Outcome.BY_HAND)
    assert "missing from index places" in finding.told
    assert len(report.left_out) == 1
    assert contents(path) == before
    do(path, ["REINDEX"])
    assert (await fsck(backend)).is_clean
