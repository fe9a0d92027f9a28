"""Events, callbacks and background calls in whole containers, on each backend."""

import asyncio
from collections.abc import AsyncIterator, Collection
from datetime import timedelta

import pytest

from jobsys import (
    BackgroundJobService,
    BaseJob,
    CallNext,
    InvalidJob,
    JobContext,
    JobId,
    JobNotice,
    JobStatus,
    JobsysContainer,
    NotRunning,
    RetryPolicy,
    Settings,
)
from jobsys.testing.notices import LONG
from tests.support.workshop import until

SOON = timedelta(seconds=10)


class Greet(BaseJob):
    retry = RetryPolicy(max_attempts=1)
    name: str = "Ada"


@pytest.fixture
def container(url: str) -> JobsysContainer:
    container = JobsysContainer(Settings(backend=url))

    @container.handles(Greet)
    async def greet(job: Greet, context: JobContext) -> str:
        if job.name == "nobody":
            raise LookupError(job.name)
        return f"Hello, {job.name}!"

    return container


@pytest.fixture
async def jobs(container: JobsysContainer) -> AsyncIterator[BackgroundJobService]:
    async with container.lifecycle():
        yield container.job_service()


async def test_who_listens_is_told_of_each_end(jobs: BackgroundJobService) -> None:
    await jobs.wait(await jobs.submit(Greet()), SOON)  # with nobody listening
    async with (
        asyncio.timeout(LONG),
        jobs.events(statuses=["completed", JobStatus.FAILED], job_type="greet") as notices,
    ):
        good, bad = await jobs.submit_many([Greet(), Greet(name="nobody")])
        told = await told_of({good, bad}, notices)
    assert (told[good].status, told[good].has_result) == (JobStatus.COMPLETED, True)
    assert (told[bad].status, told[bad].error) == (JobStatus.FAILED, "LookupError")
    assert notices.lost == 0


async def told_of(
    jobs: Collection[JobId], notices: AsyncIterator[JobNotice]
) -> dict[JobId, JobNotice]:
    """Their notices; that of a job which ended just before somebody listened may come as well."""
    told: dict[JobId, JobNotice] = {}
    while not told.keys() >= set(jobs):
        notice = await anext(notices)
        told[notice.job_id] = notice
    return told


async def test_callbacks_are_told_and_may_ask_for_the_record(container: JobsysContainer) -> None:
    results: list[object] = []
    errors: list[str] = []

    @container.on("completed")
    async def completed(notice: JobNotice) -> None:
        results.append((await container.job_service().get(notice.job_id)).result)

    @container.on("failed", queue="default")
    def failed(notice: JobNotice) -> None:
        errors.append(notice.error)

    async with container.lifecycle():
        await container.job_service().submit_many([Greet(name="nobody"), Greet(name="Bob")])
        await until(lambda: results and errors)
    assert (results, errors) == (["Hello, Bob!"], ["LookupError"])


async def test_a_wrong_status_says_which_there_are(container: JobsysContainer) -> None:
    with pytest.raises(InvalidJob, match="completed"):
        container.on("done")


async def test_another_process_is_told_what_happens_here(
    url: str, container: JobsysContainer
) -> None:
    other = JobsysContainer(Settings(backend=url, worker={"enabled": False}))
    if url == "memory://":
        other.backend.override(container.backend)
    async with (
        asyncio.timeout(LONG),
        container.lifecycle(),
        other.lifecycle(),
        other.job_service().events() as notices,
    ):
        job_id = await container.job_service().submit(Greet())
        assert (await anext(notices)).job_id == job_id


async def test_fire_and_forget_works_without_a_worker_and_is_drained(url: str) -> None:
    container = JobsysContainer(Settings(backend=url, worker={"enabled": False}))
    ended: list[str] = []

    async def slow() -> None:
        await asyncio.sleep(0.02)
        ended.append("slow")

    async with container.lifecycle():
        container.job_service().fire_and_forget(slow)
    assert ended == ["slow"]
    with pytest.raises(NotRunning):
        container.job_service().fire_and_forget(slow)


async def test_a_handler_may_begin_a_background_call_while_the_worker_stops(
    container: JobsysContainer,
) -> None:
    running, go_on, called = asyncio.Event(), asyncio.Event(), list[str]()

    class Last(BaseJob):
        pass

    @container.handles(Last)
    async def last(job: Last, context: JobContext) -> None:
        running.set()
        await go_on.wait()
        container.job_service().fire_and_forget(called.append, "called")

    lifecycle = container.lifecycle()
    await lifecycle.start()
    await container.job_service().submit(Last())
    await running.wait()
    stop = asyncio.create_task(lifecycle.stop())
    await until(lambda: container.floor().draining)
    go_on.set()
    await stop
    assert called == ["called"]


async def test_middleware_runs_around_every_handler(container: JobsysContainer) -> None:
    @container.use
    async def louder(job: BaseJob, context: JobContext, call_next: CallNext) -> object:
        return f"{await call_next(job)}!!"

    async with container.lifecycle():
        jobs = container.job_service()
        assert (await jobs.wait(await jobs.submit(Greet()), SOON)).result == "Hello, Ada!!!"
