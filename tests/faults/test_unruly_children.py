"""Children that fork, leave their group, exaggerate or begin in vain harm nobody else."""

import os
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from jobsys import BackgroundJobService, JobStatus, JobsysContainer, Settings
from tests.support.deeds import gated
from tests.support.isolated_app import Here, Isolated, Patient, here, serving
from tests.support.isolated_app import do as does
from tests.support.isolated_runs import SOON, begun, ran, running
from tests.support.process_tree import is_alive
from tests.support.workshop import until


@pytest.fixture
async def jobs() -> AsyncIterator[BackgroundJobService]:
    async with running() as service:
        yield service


@pytest.mark.parametrize(("deed", "result"), [("fork a pool", [1, 2, 3]), ("end a fork", -15)])
async def test_a_fork_of_a_handler_ends_when_it_is_asked_to(
    jobs: BackgroundJobService, deed: str, result: object, caplog: pytest.LogCaptureFixture
) -> None:
    job_id = await jobs.submit(Patient(does=deed), timeout=timedelta(seconds=5))
    record = await jobs.wait(job_id, SOON)
    assert (record.status, record.result) == (JobStatus.COMPLETED, result)
    assert "stranger" not in caplog.text


async def test_a_child_that_has_left_its_group_is_killed_and_nobody_else(
    jobs: BackgroundJobService, tmp_path: Path
) -> None:
    server = (await ran(jobs, Patient(does="parent"))).result
    marker = tmp_path / "begun"
    record = await ran(jobs, Isolated(does="join the server", marker=str(marker)))
    assert record.errors[0].code == "JOB_TIMEOUT"
    [child] = await begun(marker)
    assert not is_alive(child)
    assert (await ran(jobs, Patient(does="parent"))).result == server


async def test_progress_that_is_no_percentage_is_not_believed(jobs: BackgroundJobService) -> None:
    record = await ran(jobs, Patient(does="exaggerate"))
    assert (record.status, record.standing.percent) == (JobStatus.COMPLETED, 0)


async def test_the_programs_that_a_handler_runs_are_not_given_its_line(
    jobs: BackgroundJobService,
) -> None:
    assert (await ran(jobs, Patient(does="sockets"))).result == []


async def test_a_child_that_could_not_begin_for_one_job_does_not_fail_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = tmp_path / "gate"
    monkeypatch.setenv("GATE", str(gate))
    made = serving(Settings(backend="memory://"))
    made.handlers().process_starts.append(gated)
    async with made.lifecycle():
        jobs = made.job_service()
        job_id = await jobs.submit(Patient())
        [child] = await begun(gate.with_suffix(".begun"))
        await jobs.cancel(job_id)
        await jobs.wait(job_id, SOON)
        word = tmp_path / "word"
        word.write_text("broken")
        word.rename(gate)
        await until(lambda: not is_alive(child))
        gate.write_text("go on")
        assert (await ran(jobs, Patient())).status is JobStatus.COMPLETED


async def test_a_job_that_a_thread_waits_for_is_settled_once_its_child_has_ended(
    tmp_path: Path,
) -> None:
    marker = tmp_path / "begun"
    async with running(pool="threads") as jobs:
        await ran(jobs, Isolated())
        record = await ran(jobs, Isolated(does="ignore SIGTERM", marker=str(marker)))
        [child] = await begun(marker)
        assert (record.errors[0].code, is_alive(child)) == ("JOB_TIMEOUT", False)


async def test_a_class_that_is_registered_while_a_worker_runs_has_processes_of_its_own() -> None:
    made = JobsysContainer(Settings(backend="memory://"))
    made.handles(Here)(here)
    async with made.lifecycle():
        made.handles(Patient)(does)
        record = await ran(made.job_service(), Patient(does="pid"))
    assert record.status is JobStatus.COMPLETED
    assert record.result != os.getpid()
