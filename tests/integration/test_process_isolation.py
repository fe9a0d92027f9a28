"""Jobs that have processes of their own: what they know and say, and what comes back."""

import logging
import os
from collections.abc import AsyncIterator

import pytest

from jobsys import (
    BackgroundJobService,
    BaseJob,
    JobContext,
    JobStatus,
    RetryPolicy,
    Settings,
)
from jobsys.domain.status import Reason
from tests.support.isolated_app import (
    Blind,
    Here,
    Isolated,
    IsolatedAsync,
    Patient,
    serving,
)
from tests.support.isolated_runs import ran, running


@pytest.fixture
async def jobs() -> AsyncIterator[BackgroundJobService]:
    async with running() as service:
        yield service


async def test_a_job_runs_in_a_process_of_its_own_that_stays_for_the_next(
    jobs: BackgroundJobService,
) -> None:
    pids = [(await ran(jobs, Patient(does="pid"))).result for _ in range(3)]
    assert pids[0] != os.getpid()
    assert len(set(pids)) == 1
    assert (await ran(jobs, Here())).result == os.getpid()


@pytest.mark.parametrize("job_class", [Isolated, IsolatedAsync])
async def test_handlers_may_be_functions_and_classes_blocking_and_async(
    jobs: BackgroundJobService, job_class: type[Isolated]
) -> None:
    record = await ran(jobs, job_class(does="pid"))
    assert record.status is JobStatus.COMPLETED
    assert record.result != os.getpid()


async def test_what_a_handler_says_arrives(
    jobs: BackgroundJobService, caplog: pytest.LogCaptureFixture
) -> None:
    record = await ran(jobs, Patient(does="say"))
    assert record.result == "1/1 1"
    assert (record.standing.percent, record.standing.message) == (40, "half way")
    said = {line.name: line for line in caplog.records if line.getMessage().startswith("said")}
    assert said["jobsys.job"].getMessage() == f"said by {record.id}"
    assert said["app.of.a.user"].getMessage() == "said elsewhere"
    assert getattr(said["app.of.a.user"], "job_id", None) == record.id


async def test_lines_below_the_level_of_the_worker_are_not_sent(
    jobs: BackgroundJobService, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "jobsys.job"), caplog.at_level(logging.ERROR):
        await ran(jobs, Patient(does="say"))
    assert not [line for line in caplog.records if line.getMessage().startswith("said")]


async def test_what_a_handler_counts_is_counted_in_the_worker() -> None:
    made = serving(Settings(backend="memory://"))
    async with made.lifecycle():
        await ran(made.job_service(), Patient(does="say"))
    assert made.metrics().snapshot().readings["jobs_custom_said_total"].numbers == {("loud",): 2}


async def test_an_exception_comes_back_as_it_was_raised_but_for_its_class(
    jobs: BackgroundJobService,
) -> None:
    record = await ran(jobs, Patient(does="raise"))
    [error] = record.errors
    assert (error.type, error.message, error.code) == ("Told", "no such thing", "APP_7")
    assert "deeds.py" in error.traceback


@pytest.mark.parametrize("name", ["tests.support.deeds.Told", "Told", "LookupError"])
async def test_a_policy_knows_it_by_its_name_and_those_it_inherits_from(
    jobs: BackgroundJobService, name: str
) -> None:
    policy = RetryPolicy(max_attempts=5, fail_on=(name,))
    record = await ran(jobs, Patient(does="raise"), retry=policy)
    assert (record.standing.reason, record.attempts) == (Reason.NOT_RETRYABLE, 1)


@pytest.mark.parametrize(
    ("verdict", "status", "reason"),
    [
        ("fail now", JobStatus.FAILED, Reason.NOT_RETRYABLE),
        ("discard", JobStatus.CANCELLED, Reason.DISCARDED),
        ("no json", JobStatus.FAILED, Reason.NOT_RETRYABLE),
        ("too large", JobStatus.FAILED, Reason.NOT_RETRYABLE),
    ],
)
async def test_a_verdict_counts_as_anywhere(
    jobs: BackgroundJobService, verdict: str, status: JobStatus, reason: Reason
) -> None:
    record = await ran(jobs, Patient(does=verdict), retry=RetryPolicy(max_attempts=5))
    assert (record.status, record.standing.reason) == (status, reason)


async def test_a_handler_that_exits_fails_its_attempt(jobs: BackgroundJobService) -> None:
    record = await ran(jobs, Patient(does="sys.exit"))
    assert (record.status, record.errors[0].type) == (JobStatus.FAILED, "SystemExit")


async def test_a_handler_sees_the_variables_that_it_may_see(jobs: BackgroundJobService) -> None:
    assert (await ran(jobs, Blind(does="environment"))).result == ["PATH"]
    seen = (await ran(jobs, Patient(does="environment"))).result
    assert isinstance(seen, list)
    assert set(os.environ) <= set(seen) | {"PYTEST_CURRENT_TEST"}


async def test_middleware_stays_in_the_worker_and_may_change_job_and_result() -> None:
    made = serving(Settings(backend="memory://"))

    @made.use
    async def around(job: BaseJob, context: JobContext, call_next: object) -> object:
        assert callable(call_next)
        return [os.getpid(), await call_next(Patient(does="pid"))]

    async with made.lifecycle():
        record = await ran(made.job_service(), Patient())
    assert isinstance(record.result, list)
    assert record.result[0] == os.getpid() != record.result[1]
