"""A jobsys file that is locked, full, broken, moved away, or not to be written."""

import asyncio
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from jobsys import JobStatus, JobsysContainer, Settings
from jobsys.ports.errors import QueueDamaged, QueueUnavailable
from tests.chaos.workers import ROOT
from tests.support.processes import until
from tests.support.workplace import Workplace, runs, workplaces

NOBODY = 65534
WITHOUT_PRIVILEGES = f"""
import os, sys
from jobsys.__main__ import main
import jobsys.adapters.loguru.logging, jobsys.adapters.sqlite.backend, jobsys.container, tests.chaos.app
if os.geteuid() == 0:
    os.setuid({NOBODY})
main()
"""
"""`jobsys`, run by a user whom the permissions of files bind."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "jobs.db"


@pytest.fixture
def url(path: Path) -> str:
    return f"sqlite:///{path}"


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user can reach."""
    folder = Path(tempfile.mkdtemp(prefix="jobsys-"))
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


async def test_workers_outlive_a_lock_that_lasts_longer_than_they_wait(
    url: str, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobsys.adapters.sqlite.connection.LOCKED_FOR_AT_MOST", 0.2)
    async with workplaces(url) as places:
        one = places[0]
        one.gate.clear()
        accepted = await one.submit(20)
        await one.until(JobStatus.PROCESSING, 8)
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(QueueUnavailable, match=r"jobs\.db .*locked"):
                await one.submit(1)
            one.gate.set()
            await asyncio.sleep(0.5)  # so that ends are refused, too
        await one.until(JobStatus.COMPLETED, 20)
        assert runs(places) == dict.fromkeys(accepted, 1)


async def test_a_full_disk_refuses_jobs_and_loses_none_that_was_accepted(
    url: str, path: Path
) -> None:
    place = Workplace(url)
    accepted = await place.submit(20)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(
        resource.RLIMIT_FSIZE, (path.with_name("jobs.db-wal").stat().st_size + 20_000, hard)
    )
    try:
        with pytest.raises(QueueUnavailable, match=r"jobs\.db is not available: the disk"):
            await submit_for_ever(place, accepted)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    accepted += await place.submit(5)
    async with place.container.lifecycle():
        await place.until(JobStatus.COMPLETED, len(accepted))
        assert place.begun == dict.fromkeys(accepted, 1)


async def submit_for_ever(place: Workplace, accepted: list[str]) -> None:
    """Submits jobs, noting what was accepted, until that fails."""
    while True:
        accepted += await place.submit(1)


def test_a_page_that_is_broken_is_told_with_the_mend_and_nothing_is_written_over_it(
    url: str, path: Path
) -> None:
    asyncio.run(submit_and_close(url, 2_000))
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(2 * 4096)
        file.write(b"\xde\xad\xbe\xef" * ((size - 2 * 4096) // 4))
    before = path.read_bytes()
    with pytest.raises(QueueDamaged, match=r"jobs\.db is not as jobsys wrote it.*backup"):
        asyncio.run(submit_and_close(url, 1))
    assert path.read_bytes() == before


async def submit_and_close(url: str, number: int) -> None:
    place = Workplace(url)
    try:
        await place.submit(number)
    finally:
        await place.container.backend().stop()


def is_shown(path: Path) -> bool:
    """Says whether a worker has shown that it is there."""
    with closing(sqlite3.connect(path)) as connection:
        return bool(connection.execute("SELECT count(*) FROM workers").fetchone()[0])


@pytest.mark.parametrize("gone", ["moved", "deleted"])
def test_a_worker_whose_file_is_gone_says_so_and_ends_with_a_code_of_its_own(
    url: str, path: Path, gone: str
) -> None:
    environment = {"JOBSYS_BACKEND": url, "CHAOS_LEDGER": str(path.with_name("ledger"))}
    with subprocess.Popen(
        [sys.executable, "-m", "jobsys", "worker", "tests.chaos.app:container"],
        env={**os.environ, **environment, "JOBSYS_WORKER__LEASE_FOR": "1s"},
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    ) as worker:
        assert worker.stderr is not None
        until(path.exists)
        while "serves" not in worker.stderr.readline():
            pass
        until(partial(is_shown, path))  # whatever the worker opens is open
        path.rename(path.with_suffix(".moved")) if gone == "moved" else path.unlink()
        _, errors = worker.communicate(timeout=60)
        worker.send_signal(signal.SIGKILL)
    assert worker.returncode == 66
    assert errors.splitlines()[-1].startswith(f"jobsys: {path} was moved or deleted")
    assert not path.exists()


@pytest.mark.parametrize("verb", ["worker", "health"])
@pytest.mark.parametrize("made", [False, True])
def test_a_folder_or_file_that_may_not_be_written_is_one_line_and_a_wrong_configuration(
    open_folder: Path, verb: str, made: bool
) -> None:
    file = open_folder / "jobs.db"
    if made:
        asyncio.run(make(file))
        file.chmod(0o444)
    open_folder.chmod(0o555)
    target = ["tests.chaos.app:container"] if verb == "worker" else []
    environment = {"JOBSYS_BACKEND": f"sqlite:///{file}", "CHAOS_LEDGER": os.devnull}
    ended = subprocess.run(
        [sys.executable, "-c", WITHOUT_PRIVILEGES, verb, *target],
        env={**os.environ, **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 3, ended.stderr
    assert ended.stderr.startswith(f"jobsys: {file} cannot be used")
    assert ended.stderr.count("\n") == 1


async def make(file: Path) -> None:
    backend = JobsysContainer(Settings(backend=f"sqlite:///{file}")).backend()
    await backend.start()
    await backend.stop()
