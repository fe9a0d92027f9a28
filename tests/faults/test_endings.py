"""Jobs that do not end by themselves are ended, whatever they do, and nobody else is held up."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from time import monotonic

import pytest

from jobsys import (
    BackgroundJobService,
    JobStatus,
)
from tests.support.isolated_app import (
    TIMEOUT,
    Capped,
    CpuBound,
    Here,
    Isolated,
    IsolatedAsync,
    Patient,
    Warned,
    WarnedAsync,
)
from tests.support.isolated_runs import SOON, begun, ran, running
from tests.support.process_tree import is_alive
from tests.support.workshop import until

LATE = 4.0
"""Seconds after its limit by which a job has ended, also where the tests keep the machine busy."""


@pytest.fixture
async def jobs() -> AsyncIterator[BackgroundJobService]:
    async with running() as service:
        yield service


@pytest.mark.parametrize("deed", ["spin", "sleep", "hold the interpreter", "ignore SIGTERM"])
async def test_a_job_is_ended_at_its_time_limit_whatever_it_does(
    jobs: BackgroundJobService, tmp_path: Path, deed: str
) -> None:
    await ran(jobs, Isolated())  # a child is warm from here on
    asked_at, marker = monotonic(), tmp_path / "begun"
    record = await ran(jobs, Isolated(does=deed, marker=str(marker)))
    assert monotonic() - asked_at < TIMEOUT.total_seconds() + LATE
    assert (record.status, record.errors[0].code) == (JobStatus.FAILED, "JOB_TIMEOUT")
    [child] = await begun(marker)
    assert not is_alive(child)
    assert (await ran(jobs, Isolated(does="pid"))).status is JobStatus.COMPLETED


@pytest.mark.parametrize(
    ("job", "code", "why"),
    [
        (Capped(does="take 2 GB"), "OUT_OF_MEMORY", "more memory than its limit, 209,715,200"),
        (Capped(does="fill"), "OUT_OF_MEMORY", "more memory than its limit, 209,715,200"),
        (CpuBound(does="spin"), "OUT_OF_CPU_TIME", "computed for longer than its limit, 0:00:01"),
        (Patient(does="exit"), "CHILD_DIED", "ended with exit code 3"),
        (Patient(does="segfault"), "CHILD_DIED", "was killed by SIGSEGV"),
    ],
)
async def test_a_job_that_ends_its_process_fails_alone_and_says_why(
    jobs: BackgroundJobService, job: Isolated, code: str, why: str
) -> None:
    neighbour = await jobs.submit(Patient(does="pid"))
    record = await ran(jobs, job)
    assert (record.status, record.attempts) == (JobStatus.FAILED, 1)
    assert (record.standing.crashes, record.errors[0].code) == (0, code)
    assert why in record.errors[0].message
    assert (await jobs.wait(neighbour, SOON)).status is JobStatus.COMPLETED


async def test_other_jobs_wait_for_no_job_that_is_being_ended() -> None:
    async with running(concurrency=4) as jobs:
        deeds = ("spin", "hold the interpreter", "ignore SIGTERM")
        stuck = await jobs.submit_many([Isolated(does=deed) for deed in deeds])
        waits: list[float] = []
        while (await jobs.get(stuck[-1])).status is not JobStatus.FAILED:
            begun_at = monotonic()
            await ran(jobs, Here())
            waits.append(monotonic() - begun_at)
    assert len(waits) > 10
    assert sorted(waits)[int(len(waits) * 0.99) - 1] < 1


@pytest.mark.parametrize("deed", ["leave a grandchild", "orphan a grandchild"])
async def test_what_a_job_has_started_ends_with_it(
    jobs: BackgroundJobService, tmp_path: Path, deed: str
) -> None:
    marker = tmp_path / "begun"
    await ran(jobs, Isolated(does=deed, marker=str(marker)))
    family = await begun(marker)
    await until(lambda: not any(map(is_alive, family)))


@pytest.mark.parametrize("job_class", [Warned, WarnedAsync])
async def test_a_job_is_told_that_its_time_is_short_if_it_wants_to_know(
    jobs: BackgroundJobService, job_class: type[Warned]
) -> None:
    record = await ran(jobs, job_class(does="spin"))
    assert (record.errors[0].type, record.errors[0].code) == ("JobTimeout", "JOB_TIMEOUT")
    assert "was asked to end" in record.errors[0].message


@pytest.mark.parametrize("job_class", [Patient, IsolatedAsync])
async def test_a_cancel_ends_the_process_of_a_job(
    jobs: BackgroundJobService, tmp_path: Path, job_class: type[Isolated]
) -> None:
    many = [job_class(does="spin", marker=str(tmp_path / str(number))) for number in range(4)]
    ids = await jobs.submit_many(many, timeout=SOON)
    children = [(await begun(Path(job.marker)))[0] for job in many]
    for job_id in ids:
        await jobs.cancel(job_id)
    ended = [await jobs.wait(job_id, SOON) for job_id in ids]
    assert {record.status for record in ended} == {JobStatus.CANCELLED}
    assert not any(map(is_alive, children))


async def test_a_worker_whose_jobs_have_threads_ends_processes_as_well(tmp_path: Path) -> None:
    marker = tmp_path / "begun"
    job = Isolated(does="hold the interpreter", marker=str(marker))
    async with running(pool="threads") as jobs:
        assert (await ran(jobs, Isolated(does="pid"))).status is JobStatus.COMPLETED
        assert (await ran(jobs, job)).errors[0].code == "JOB_TIMEOUT"
        [child] = await begun(marker)
        await until(lambda: not is_alive(child))


async def test_a_job_that_is_asked_to_end_may_clean_up(
    jobs: BackgroundJobService, tmp_path: Path
) -> None:
    marker = tmp_path / "begun"
    job_id = await jobs.submit(Patient(does="clean up", marker=str(marker)))
    await begun(marker)
    await jobs.cancel(job_id)
    assert (await jobs.wait(job_id, SOON)).status is JobStatus.CANCELLED
    assert marker.read_text() == "cleaned, cancelled=True"


async def test_a_sigterm_that_the_worker_has_not_sent_ends_no_job(
    jobs: BackgroundJobService, tmp_path: Path
) -> None:
    marker = tmp_path / "begun"
    job_id = await jobs.submit(Isolated(does="sleep", marker=str(marker)), timeout=SOON)
    [child] = await begun(marker)
    os.kill(child, signal.SIGTERM)
    await asyncio.sleep(0.1)
    assert is_alive(child)
    await jobs.cancel(job_id)
    assert (await jobs.wait(job_id, SOON)).status is JobStatus.CANCELLED
