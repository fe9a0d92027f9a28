"""Several processes on one file."""

import asyncio
from contextlib import ExitStack
from pathlib import Path

import pytest

from jobsys.adapters.sqlite.job_inspector import SqliteJobInspector
from jobsys.adapters.sqlite.job_queue import SqliteJobQueue
from jobsys.adapters.sqlite.store import SqliteStore
from jobsys.domain.job_id import JobId
from jobsys.domain.status import JobStatus
from jobsys.ports.job_inspector import JobQuery
from tests.integration.sqlite.process import started
from tests.integration.sqlite.steps import submission


async def test_two_processes_claim_each_job_once(path: Path, store: SqliteStore) -> None:
    await SqliteJobQueue(store).enqueue([submission(f"job-{n}") for n in range(300)])
    with ExitStack() as stack:
        workers = [stack.enter_context(started("claim_all", path, lane)) for lane in ("a", "b")]
        for worker in workers:
            assert worker.line() == "ready"
        for worker in workers:
            worker.go()
        claimed = [key for worker in workers for key in worker.rest()]
    assert sorted(claimed) == sorted(f"job-{n}" for n in range(300))


@pytest.mark.parametrize("lines", [1, 2, 3, 40, 101, 250])
async def test_a_process_killed_at_any_moment_loses_nothing(
    path: Path, store: SqliteStore, lines: int
) -> None:
    with started("work_until_killed", path) as worker:
        told = [worker.line() for _ in range(lines)]
        worker.kill()
        told += worker.rest()
    statuses = {"accepted": {*JobStatus}, "claimed": {*JobStatus} - {JobStatus.QUEUED}}
    expected = {
        key: statuses.get(word, {JobStatus.COMPLETED}) for word, key in map(str.split, told)
    }
    inspector = SqliteJobInspector(store)
    found = await inspector.get([JobId.of("mail", key) for key in expected])
    assert all(found[JobId.of("mail", key)].status in ok for key, ok in expected.items())
    await _assert_counts_agree(inspector)


def test_a_forked_process_opens_the_file_anew(path: Path, store: SqliteStore) -> None:
    with started("fork_after_open", path) as process:
        assert process.ended() == 0
    keys = asyncio.run(_keys(store))
    assert keys == ["before", "in-the-child", "in-the-parent"]


def test_a_process_that_forks_while_it_writes_spoils_nothing(path: Path) -> None:
    with started("fork_while_writing", path) as process:
        assert process.line() == "{0} ('ok',)"
        assert process.line() == "200 jobs of children"
        assert process.ended() == 0


def test_a_fork_does_not_wait_for_the_lock_for_which_a_thread_waits(path: Path) -> None:
    with started("fork_while_locked_out", path) as process:
        assert process.line() == "open"
        with started("hold_the_lock", path) as other:
            assert other.line() == "locked"
            process.go()
            assert process.line() == "forked"
            other.go()
            assert process.line() == "0"
            assert process.ended() == 0


async def _keys(store: SqliteStore) -> list[str]:
    page = await SqliteJobInspector(store).find(JobQuery(), 10)
    await store.stop()
    return [record.id.key for record in page.records]


async def _assert_counts_agree(inspector: SqliteJobInspector) -> None:
    counts = (await inspector.counts())["mail"].now
    records = (await inspector.find(JobQuery(), 10_000)).records
    for status in JobStatus:
        assert counts[status] == sum(record.status is status for record in records)
