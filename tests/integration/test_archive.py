"""Ended jobs are archived before they are removed, on every backend, whoever dies meanwhile."""

import asyncio
import logging
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from textwrap import dedent

import pytest

from jobsys import (
    BaseJob,
    ConfigurationError,
    JobContext,
    JobStatus,
    JobsysContainer,
    Retention,
    Settings,
)
from jobsys.application.archive_lines import ArchiveQuery, found_in
from tests.support.mortal_process import run_until_it_dies
from tests.support.workshop import until

SOON = timedelta(seconds=20)
LATE = 120.0
"""Processes have to start first, on a machine that is busy."""
BRIEF = Retention(done=timedelta(milliseconds=20), dead=timedelta(milliseconds=20))


class Note(BaseJob):
    """Is of no interest once it is done."""

    number: int = 0


def made(url: str, folder: Path, keep_last: int = 10_000) -> JobsysContainer:
    settings = Settings(backend=url, keep_last=keep_last, archive={"folder": folder})
    container = JobsysContainer(settings)

    @container.handles(Note)
    async def note(job: Note, _context: JobContext) -> int:
        return job.number

    return container


@pytest.fixture(params=["sqlite", "redis"])
def durable(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A backend that outlives the processes that use it."""
    if request.param == "redis":
        return str(request.getfixturevalue("clean_redis_url"))
    return f"sqlite:///{tmp_path}/jobs.db"


def archived(container: JobsysContainer) -> list[object]:
    return [job["job_id"] for job in found_in(container.archive().lines(), ArchiveQuery())]


async def test_every_job_that_is_removed_is_in_the_archive_by_time_and_by_number(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobsys.application.archivist.LOOK_EVERY", timedelta(milliseconds=50))
    container = made(url, tmp_path / "archive", keep_last=3)
    async with container.lifecycle():
        jobs = container.job_service()
        ids = await jobs.submit_many([Note(number=n) for n in range(20)], retention=BRIEF)
        ids += await jobs.submit_many([Note(number=n) for n in range(20)])
        await until(lambda: len(archived(container)) == 37)
        while len(left := (await jobs.find(limit=100)).records) > 3:  # noqa: ASYNC110 (nothing tells)
            await asyncio.sleep(0.01)
        kept = [record.id for record in left]
        assert Counter([*archived(container), *kept]) == Counter(ids)
        totals = (await jobs.counts())["default"].ever
    assert totals[JobStatus.COMPLETED] == 40


async def test_while_the_archive_cannot_be_written_every_ended_job_stays(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("jobsys.application.archivist.LOOK_EVERY", timedelta(milliseconds=20))
    monkeypatch.setattr("jobsys.application.ticker.QUIET", timedelta(milliseconds=20))
    caplog.set_level(logging.INFO, "jobsys.archive")
    folder = tmp_path / "archive"
    folder.write_text("in the way")
    container = made(url, folder)
    async with container.lifecycle():
        jobs = container.job_service()
        ids = await jobs.submit_many([Note(number=n) for n in range(10)], retention=BRIEF)
        await jobs.wait(ids[-1], SOON)
        await until(lambda: "are not archived now" in caplog.text)
        for _ in range(5):
            await container.ticker().tick()
        assert len((await jobs.find()).records) == 10
        folder.unlink()
        await until(lambda: "archived and removed again" in caplog.text)
        assert len(archived(container)) == 10
    assert caplog.text.count("are not archived now") == 1


WORKER = """
    import asyncio, sys
    from datetime import timedelta
    from pathlib import Path
    from jobsys.application import archivist
    from tests.integration.test_archive import made

    archivist.LOOK_EVERY = timedelta(milliseconds=20)
    archivist.BATCH = 5

    async def main() -> None:
        container = made(sys.argv[1], Path(sys.argv[2]))
        async with container.lifecycle():
            await asyncio.Event().wait()

    asyncio.run(main())
"""


async def test_of_all_jobs_none_is_lost_to_the_archive_while_workers_are_killed(
    durable: str, tmp_path: Path
) -> None:
    folder = tmp_path / "archive"
    container = made(durable, folder)
    await container.backend().start()
    try:
        jobs = container.job_service()
        ids = await jobs.submit_many([Note(number=n) for n in range(200)], retention=BRIEF)
        with _workers(durable, folder, tmp_path):  # killed at the end
            await _has_archived(container, 50)
        ids += await jobs.submit_many([Note(number=n) for n in range(200)], retention=BRIEF)
        with _workers(durable, folder, tmp_path):
            await _has_archived(container, 400)
            async with asyncio.timeout(LATE):
                while (await jobs.find()).records:  # noqa: ASYNC110 (nothing tells)
                    await asyncio.sleep(0.1)
    finally:
        await container.backend().stop()
    assert Counter(archived(container)) == Counter(ids)


MORTAL = """
    import asyncio, os, signal, sys
    from pathlib import Path
    from jobsys.adapters.filesystem.archive import FolderArchive
    from tests.integration.test_archive import made

    whole, write = FolderArchive.add, os.write

    def die() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    async def added(self: FolderArchive, lines: list[bytes]) -> None:
        await whole(self, lines)
        die()

    def half(file: int, member: memoryview) -> int:
        write(file, member[: len(member) // 2])
        os.fsync(file)
        die()
        return 0

    async def main() -> None:
        if sys.argv[3] == "in the midst of a write":
            os.write = lambda file, data: half(file, data) if data[:2] == b"\\x1f\\x8b" else write(file, data)
        else:
            FolderArchive.add = added
        async with made(sys.argv[1], Path(sys.argv[2])).lifecycle():
            await asyncio.Event().wait()

    asyncio.run(main())
"""


@pytest.mark.parametrize("when", ["in the midst of a write", "before the removal"])
async def test_one_that_is_killed_leaves_every_job_to_the_next(
    durable: str, tmp_path: Path, when: str
) -> None:
    folder, number = tmp_path / "archive", 20
    container = made(durable, folder)
    await container.backend().start()
    try:
        jobs = container.job_service()
        ids = await jobs.submit_many([Note(number=n) for n in range(number)], retention=BRIEF)
        killed = await asyncio.to_thread(
            run_until_it_dies, MORTAL, tmp_path, durable, str(folder), when
        )
        assert killed == -signal.SIGKILL
        assert len((await jobs.find()).records) == number
    finally:
        await container.backend().stop()
    async with made(durable, folder).lifecycle(), asyncio.timeout(LATE):
        while len(archived(container)) < number:  # noqa: ASYNC110 (nothing tells)
            await asyncio.sleep(0.1)
    assert Counter(archived(container)) == Counter(ids)


async def _has_archived(container: JobsysContainer, number: int) -> None:
    async with asyncio.timeout(LATE):
        while len(archived(container)) < number:  # noqa: ASYNC110 (nothing tells)
            await asyncio.sleep(0.1)


@contextmanager
def _workers(url: str, folder: Path, tmp_path: Path) -> Generator[None]:
    """Runs two, and kills them."""
    script = tmp_path / "worker.py"
    script.write_text(dedent(WORKER))
    root = Path(__file__).parents[2]
    path = os.pathsep.join([str(root), str(root / "src")])
    command = [sys.executable, str(script), url, str(folder)]
    environment = {**os.environ, "PYTHONPATH": path}
    running = [subprocess.Popen(command, env=environment) for _ in range(2)]
    try:
        yield
    finally:
        for worker in running:
            worker.kill()
            worker.wait()


async def test_a_backend_that_cannot_leave_removal_to_the_archive_is_refused_at_the_start(
    tmp_path: Path,
) -> None:
    container = made("memory://", tmp_path)
    container.backend().ports = replace(container.backend().ports, removal=None)
    with pytest.raises(ConfigurationError, match="removal"):
        async with container.lifecycle():
            pass


async def test_without_a_folder_there_is_no_archive_and_nobody_keeps_one(url: str) -> None:
    container = JobsysContainer(Settings(backend=url))
    container.handles(Note)(lambda _job, _context: None)
    with pytest.raises(ConfigurationError, match=r"archive\.folder"):
        container.archive()
    async with container.lifecycle():
        pass
