"""Child processes end with those for whom they work."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from jobsys import JobStatus, JobsysContainer, Settings
from tests.support.isolated_app import Isolated, Patient, serving
from tests.support.isolated_runs import SOON, begun, ran
from tests.support.process_tree import descendants, is_alive
from tests.support.workshop import until

ROOT = Path(__file__).parents[2]


async def test_a_fork_server_that_is_killed_takes_its_children_along_and_is_replaced(
    tmp_path: Path,
) -> None:
    made = serving(Settings(backend="memory://", worker={"concurrency": 2}))
    marker = tmp_path / "begun"
    async with made.lifecycle():
        jobs = made.job_service()
        job = Isolated(does="hold the interpreter", marker=str(marker))
        job_id = await jobs.submit(job, timeout=SOON)
        [child] = await begun(marker)
        [server] = {pid for pid in descendants(os.getpid()) if child in descendants(pid)}
        os.kill(server, signal.SIGKILL)
        record = await jobs.wait(job_id, SOON)
        assert (record.status, record.errors[0].code) == (JobStatus.FAILED, "CHILD_DIED")
        await until(lambda: not is_alive(child))
        assert (await ran(jobs, Patient(does="pid"))).status is JobStatus.COMPLETED


@pytest.fixture
async def outside(tmp_path: Path) -> AsyncIterator["Outside"]:
    made = Outside(tmp_path)
    yield made
    await made.close()


class Outside:
    """A worker process, and its backend seen from here."""

    def __init__(self, folder: Path) -> None:
        self._url = f"sqlite:///{folder / 'jobs.db'}"
        self._seen = JobsysContainer(Settings(backend=self._url, worker={"enabled": False}))
        self.jobs = self._seen.job_service()
        command = [sys.executable, "-m", "jobsys", "worker", "tests.support.isolated_app:container"]
        said = {"JOBSYS_BACKEND": self._url, "JOBSYS_WORKER__GRACE": "1s"}
        path = {"PYTHONPATH": os.pathsep.join(sys.path)}
        self.worker = subprocess.Popen(command, env={**os.environ, **path, **said}, cwd=ROOT)

    async def close(self) -> None:
        self.worker.kill()
        self.worker.wait()
        await self._seen.backend().stop()


@pytest.mark.parametrize("deed", ["hold the interpreter", "ignore SIGTERM", "leave a grandchild"])
async def test_no_child_outlives_a_worker_that_is_killed(
    outside: Outside, tmp_path: Path, deed: str
) -> None:
    marker = tmp_path / "begun"
    await outside.jobs.submit(Patient(does=deed, marker=str(marker)), timeout=SOON)
    family = await begun(marker)
    everyone = descendants(outside.worker.pid)
    assert set(family) <= everyone
    outside.worker.kill()
    await until(lambda: not any(map(is_alive, everyone)))


async def test_a_stop_ends_the_children_after_the_grace_and_their_jobs_go_back(
    outside: Outside, tmp_path: Path
) -> None:
    marker = tmp_path / "begun"
    job = Patient(does="hold the interpreter", marker=str(marker))
    job_id = await outside.jobs.submit(job, timeout=SOON)
    await begun(marker)
    everyone = descendants(outside.worker.pid)
    outside.worker.terminate()
    assert await asyncio.to_thread(outside.worker.wait) == 0
    assert not any(map(is_alive, everyone))
    record = await outside.jobs.get(job_id)
    assert (record.status, record.attempts) == (JobStatus.QUEUED, 0)
