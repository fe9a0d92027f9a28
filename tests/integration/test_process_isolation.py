"""Jobs that have processes of their own: what they know and say, and what comes back."""

import logging
import os
from collections.abc import AsyncIterator

import pytest

from jobsys import (
    BackgroundJobService,
    BaseJob,
    ConfigurationError,
    JobContext,
    JobStatus,
    JobsysContainer,
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


async def test_a_child_makes_way_after_so_many_jobs() -> None:
    async with running(children={"recycle_after_jobs": 2}) as jobs:
        pids = [(await ran(jobs, Patient(does="pid"))).result for _ in range(4)]
    assert (len(set(pids)), pids[0], pids[2]) == (2, pids[1], pids[3])


async def test_a_child_makes_way_once_it_has_so_much_memory_in_use() -> None:
    async with running(children={"recycle_above": 1}) as jobs:
        pids = [(await ran(jobs, Patient(does="pid"))).result for _ in range(3)]
    assert len(set(pids)) == 3


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


async def test_a_handler_that_no_other_process_finds_is_refused_at_the_start() -> None:
    made = JobsysContainer(Settings(backend="memory://"))

    @made.handles(Patient)
    def local(job: Patient, context: JobContext) -> None:
        """Lies in a function."""

    with pytest.raises(ConfigurationError, match=r"found_at\(.module:container.\)"):
        await made.lifecycle().start()


async def test_a_container_that_has_a_name_needs_none_for_its_handlers() -> None:
    made = JobsysContainer(Settings(backend="memory://"))
    made.found_at("tests.support.isolated_app:container")
    made.handles(Patient)(lambda job, context: "never called")
    async with made.lifecycle():
        record = await ran(made.job_service(), Patient(does="pid"))
    assert record.result not in (None, os.getpid())


async def test_an_application_that_cannot_be_imported_is_an_error_at_the_start() -> None:
    made = serving(Settings(backend="memory://"))
    made.found_at("no.such.module:container")
    with pytest.raises(ConfigurationError, match="cannot import what runs jobs"):
        await made.lifecycle().start()


def test_a_class_says_none_or_process() -> None:
    with pytest.raises(
        ConfigurationError, match=r"(?s)Odd: a class variable is wrong: .*'none' or 'process'"
    ):
        type("Odd", (BaseJob,), {"isolation": "planet", "__module__": __name__})


def test_it_is_refused_where_the_system_has_no_such_processes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.platform", "win32")
    with pytest.raises(ConfigurationError, match="needs Linux, and this is win32"):
        serving(Settings(backend="memory://"))
