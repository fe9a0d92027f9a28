"""Child processes: when there are new ones, what they begin with, and how they find the handlers."""

import os
from pathlib import Path

import pytest

from jobsys import BaseJob, ConfigurationError, JobContext, JobStatus, JobsysContainer, Settings
from tests.support.deeds import unfit
from tests.support.isolated_app import Blind, Patient, serving
from tests.support.isolated_runs import ran, running


async def test_a_child_makes_way_after_so_many_jobs() -> None:
    async with running(children={"recycle_after_jobs": 2}) as jobs:
        pids = [(await ran(jobs, Patient(does="pid"))).result for _ in range(4)]
    assert (len(set(pids)), pids[0], pids[2]) == (2, pids[1], pids[3])


async def test_a_child_makes_way_once_it_has_so_much_memory_in_use() -> None:
    async with running(children={"recycle_above": 1}) as jobs:
        pids = [(await ran(jobs, Patient(does="pid"))).result for _ in range(3)]
    assert len(set(pids)) == 3


async def test_what_a_process_needs_is_made_once_before_its_first_job() -> None:
    async with running(children={"recycle_after_jobs": 2}) as jobs:
        told = [(await ran(jobs, Patient(does="started"))).result for _ in range(3)]
    pids = [one[0] for one in told if isinstance(one, list)]
    assert told == [[pid] * 3 for pid in pids]
    assert pids[0] == pids[1] != pids[2]


async def test_a_process_that_cannot_make_what_it_needs_fails_the_attempt() -> None:
    made = serving(Settings(backend="memory://"))
    made.handlers().process_starts.append(unfit)
    async with made.lifecycle():
        record = await ran(made.job_service(), Patient())
    assert (record.status, record.errors[0].type) == (JobStatus.FAILED, "OSError")
    assert record.errors[0].message == "the model is not there"


async def test_an_application_whose_import_begins_threads_has_them_in_each_child() -> None:
    made = JobsysContainer(Settings(backend="memory://"))
    made.found_at("tests.support.threaded_app:container")
    made.handles(Patient)(lambda job, context: "never called")
    async with made.lifecycle():
        record = await ran(made.job_service(), Patient())
    assert record.result == ["MainThread", "of the application"]


async def test_such_an_import_sees_what_its_jobs_may_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEEDED", "by the import")
    made = JobsysContainer(Settings(backend="memory://"))
    made.found_at("tests.support.sighted_app:container")
    made.handles(Blind)(lambda job, context: "never called")
    async with made.lifecycle():
        record = await ran(made.job_service(), Blind(does="environment"))
    assert record.result == ["PATH"]


async def test_an_import_that_fails_in_a_child_fails_the_attempt_and_says_why(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "once").touch()
    monkeypatch.setenv("FAILS_AFTER", str(tmp_path / "once"))
    made = JobsysContainer(Settings(backend="memory://"))
    made.found_at("tests.support.fickle_app:container")
    made.handles(Patient)(lambda job, context: "never called")
    async with made.lifecycle():
        record = await ran(made.job_service(), Patient())
    [error] = record.errors
    assert error.message.startswith("a child process cannot import what runs jobs: ")
    assert "it can be imported once" in error.message


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
        ConfigurationError,
        match=r"(?s)a class variable is wrong: Odd\.isolation: .*'none' or 'process'",
    ):
        type("Odd", (BaseJob,), {"isolation": "planet", "__module__": __name__})


def test_it_is_refused_where_the_system_has_no_such_processes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.platform", "win32")
    with pytest.raises(ConfigurationError, match="needs Linux, and this is win32"):
        serving(Settings(backend="memory://"))
