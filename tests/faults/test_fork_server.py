"""A fork server that could not be started once is started for the next job."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import NoReturn

import pytest

from jobsys import BackgroundJobService, JobStatus
from tests.support.isolated_app import Patient
from tests.support.isolated_runs import SOON, ran, running
from tests.support.process_tree import descendants
from tests.support.workshop import until


@pytest.fixture
async def jobs() -> AsyncIterator[BackgroundJobService]:
    """Runs a worker whose fork server has been killed."""
    before = descendants(os.getpid())
    async with running() as service:
        for pid in descendants(os.getpid()) - before:
            os.kill(pid, signal.SIGKILL)
        await until(lambda: descendants(os.getpid()) <= before)
        yield service


@pytest.mark.parametrize("where", ["asyncio.create_subprocess_exec", "os.memfd_create"])
async def test_a_server_that_cannot_be_made_fails_one_job_and_not_the_next(
    jobs: BackgroundJobService, where: str
) -> None:
    def full(*_args: object, **_how: object) -> NoReturn:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(where, full)
        assert (await ran(jobs, Patient())).errors[0].type == "BlockingIOError"
    assert (await ran(jobs, Patient(does="pid"))).status is JobStatus.COMPLETED


async def test_a_job_whose_time_is_up_meanwhile_leaves_the_server_to_the_next(
    jobs: BackgroundJobService, monkeypatch: pytest.MonkeyPatch
) -> None:
    spawn, go_on = asyncio.create_subprocess_exec, asyncio.Event()

    async def slow(*command: str, **how: object) -> asyncio.subprocess.Process:
        await go_on.wait()
        return await spawn(*command, **how)  # type: ignore[arg-type]  # as they came

    monkeypatch.setattr(asyncio, "create_subprocess_exec", slow)
    job_id = await jobs.submit(Patient(), timeout=timedelta(milliseconds=20))
    assert (await jobs.wait(job_id, SOON)).errors[0].code == "JOB_TIMEOUT"
    go_on.set()
    assert (await ran(jobs, Patient(does="pid"))).status is JobStatus.COMPLETED
