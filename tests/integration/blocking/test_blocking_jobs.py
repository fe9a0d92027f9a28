"""Code that is not async submits, follows and steers jobs; a worker elsewhere runs them."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from jobsys import (
    BaseJob,
    CancelOutcome,
    ConfigurationError,
    InvalidJob,
    JobContext,
    JobStatus,
    JobsysContainer,
    QueueUnavailable,
    ScheduleRule,
    Settings,
)
from jobsys.blocking import BlockingJobs, BlockingJobService
from jobsys.blocking.loop_thread import LoopThread

SOON = timedelta(seconds=10)


class Greet(BaseJob):
    name: str = "Ada"


@pytest.fixture
def container(url: str) -> JobsysContainer:
    container = JobsysContainer(Settings(backend=url))

    @container.handles(Greet)
    async def greet(job: Greet, context: JobContext) -> str:
        return f"Hello, {job.name}!"

    return container


@pytest.fixture
def jobs(container: JobsysContainer) -> Iterator[BlockingJobService]:
    with BlockingJobs(container) as jobs:
        yield jobs


def test_a_job_is_submitted_found_cancelled_and_retried(jobs: BlockingJobService) -> None:
    job_id = jobs.submit(Greet(), key="one")
    assert jobs.submit_by_name("greet", {"name": "Bob"}, key="two") in jobs.submit_many(
        [Greet(name="Bob")], key="two"
    )
    assert jobs.get(job_id).status is JobStatus.QUEUED
    assert jobs.cancel(job_id) is CancelOutcome.CANCELLED
    jobs.retry(job_id)
    assert len(jobs.find(status=JobStatus.QUEUED).records) == 2
    assert jobs.counts()["default"].now[JobStatus.QUEUED] == 2


def test_schedules_are_made_looked_at_and_removed(jobs: BlockingJobService) -> None:
    schedule_id = jobs.schedule("tick", Greet(), every="1h")
    jobs.schedules.pause(schedule_id)
    assert jobs.schedules.get(schedule_id).is_paused
    jobs.schedules.resume(schedule_id)
    assert jobs.get(jobs.schedules.run_now(schedule_id)).job_type == "greet"
    assert [schedule.id for schedule in jobs.schedules.find()] == [schedule_id]
    assert len(jobs.schedules.preview(ScheduleRule(every=SOON), count=3)) == 3
    jobs.schedules.remove(schedule_id)
    assert jobs.schedules.find() == []


def test_the_container_runs_no_worker_here(jobs: BlockingJobService) -> None:
    job_id = jobs.submit(Greet())
    with pytest.raises(TimeoutError):
        jobs.wait(job_id, timedelta(milliseconds=50))


@pytest.mark.parametrize("url", ["sqlite", "redis"], indirect=True)
def test_wait_returns_what_a_worker_elsewhere_has_done(
    url: str, container: JobsysContainer
) -> None:
    elsewhere = LoopThread()
    elsewhere.call(container.lifecycle().start())
    with BlockingJobs(JobsysContainer(Settings(backend=url))) as jobs:
        assert jobs.wait(jobs.submit(Greet()), SOON).result == "Hello, Ada!"
    elsewhere.call(container.lifecycle().stop())
    elsewhere.close(SOON)


def test_who_listens_is_told_of_what_happens(jobs: BlockingJobService) -> None:
    with jobs.events(statuses=["cancelled"], queue="default") as notices:
        ids = jobs.submit_many([Greet(), Greet(name="Bob")])
        for job_id in ids:
            jobs.cancel(job_id)
        assert {next(notices).job_id, next(notices).job_id} == set(ids)
        assert notices.lost == 0


def test_who_listens_to_what_does_not_exist_is_told_so(jobs: BlockingJobService) -> None:
    with pytest.raises(InvalidJob, match="the statuses are"), jobs.events(statuses=["done"]):
        pass


def test_a_call_is_made_in_the_background_and_has_ended_when_the_service_is_closed(
    container: JobsysContainer,
) -> None:
    started, may_end, ended = threading.Event(), threading.Event(), threading.Event()

    def call(name: str) -> None:
        started.set()
        may_end.wait()
        if name == "Ada":
            ended.set()

    with BlockingJobs(container) as jobs:
        jobs.fire_and_forget(call, "Ada")
        assert started.wait(SOON.total_seconds())
        may_end.set()
    assert ended.is_set()


def test_many_threads_submit_at_once(jobs: BlockingJobService) -> None:
    with ThreadPoolExecutor(16) as threads:
        ids = set(threads.map(lambda n: jobs.submit(Greet(name=str(n))), range(160)))
    assert len(ids) == jobs.counts()["default"].now[JobStatus.QUEUED] == 160


def test_what_was_closed_says_so_and_may_be_opened_again(container: JobsysContainer) -> None:
    opener = BlockingJobs(container)
    with opener as jobs:
        job_id = jobs.submit(Greet())
    with pytest.raises(RuntimeError, match="not open here"):
        jobs.get(job_id)
    with opener as jobs:
        assert jobs.get(job_id).status is JobStatus.QUEUED


def test_a_backend_that_does_not_answer_leaves_no_thread_behind() -> None:
    before = set(threading.enumerate())
    container = JobsysContainer(Settings(backend="redis://localhost:1/0"))
    with pytest.raises(QueueUnavailable), BlockingJobs(container):
        pass
    assert set(threading.enumerate()) <= before


def test_a_strict_producer_does_not_open_a_store_that_may_lose_jobs(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/jobs.db?synchronous=NORMAL"
    producer = BlockingJobs(JobsysContainer(Settings(backend=url, strict_durability=True)))
    with pytest.raises(ConfigurationError, match="SQLITE_NORMAL"):
        producer.open()
    assert [file.name for file in tmp_path.iterdir()] == ["jobs.db"]  # closed, without a log
