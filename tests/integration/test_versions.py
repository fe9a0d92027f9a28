"""Workers of one backend that know other job types, or other versions of them."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import ClassVar

import pytest
from dependency_injector.providers import Object

from jobsys import BaseJob, JobContext, JobRecord, JobsysContainer, Settings
from jobsys.domain.upcasting import Upcasters

SOON = timedelta(seconds=30)
"""How long a job may take whose workers are idle, where half of them do not know it."""
JOBS = 20


class Sum(BaseJob):
    """What both kinds of worker know."""

    number: int


class Rare(BaseJob):
    """What one of them lacks."""


class OldPhoto(BaseJob):
    """A photo as the last release knew it."""

    job_type = "photo"

    size: int


def with_sides(old: dict[str, object]) -> dict[str, object]:
    """Makes fields of version 1 those of version 2."""
    return {"width": old["size"], "height": old["size"]}


class Photo(BaseJob):
    """A photo as this release knows it."""

    job_type = "photo"
    version = 2
    upcasters: ClassVar[Upcasters] = {1: with_sides}

    width: int
    height: int


class Deployment:
    """Containers on one backend, and what their handlers were called with."""

    def __init__(self, url: str, entered: AsyncExitStack) -> None:
        self.calls: list[BaseJob] = []
        self._url = url
        self._entered = entered
        self._first: JobsysContainer | None = None

    async def worker(self, *known: type[BaseJob]) -> JobsysContainer:
        """Starts a worker that knows these classes."""
        made = JobsysContainer(Settings(backend=self._url))
        if self._first is not None and self._url == "memory://":
            made.backend.override(Object(self._first.backend()))
        self._first = self._first or made

        async def handle(job: BaseJob, context: JobContext) -> None:
            self.calls.append(job)

        for job_class in known:
            made.handles(job_class)(handle)
        return await self._entered.enter_async_context(_running(made))

    async def producer(self) -> JobsysContainer:
        """Opens a container that runs no jobs."""
        made = await self.worker(Sum)
        await made.worker().stop()
        return made


@asynccontextmanager
async def _running(container: JobsysContainer) -> AsyncGenerator[JobsysContainer]:
    async with container.lifecycle():
        yield container


@pytest.fixture
async def deployment(url: str) -> AsyncIterator[Deployment]:
    async with AsyncExitStack() as entered:
        yield Deployment(url, entered)


async def ended(container: JobsysContainer, job: BaseJob) -> JobRecord:
    """Returns what has become of a job that is submitted here."""
    jobs = container.job_service()
    return await jobs.wait(await jobs.submit(job), SOON)


async def test_a_job_of_a_type_that_one_worker_lacks_is_soon_done_by_the_other(
    deployment: Deployment,
) -> None:
    lacks, knows = await deployment.worker(Sum), await deployment.worker(Sum, Rare)
    for _ in range(JOBS):
        record = await ended(lacks, Rare())
        assert (record.status, record.attempts) == ("completed", 0)
        assert record.standing.lane.startswith(knows.lease_keeper().worker)
    assert deployment.calls == [Rare()] * JOBS


async def test_a_job_that_nobody_knows_waits_for_the_worker_that_does(
    deployment: Deployment,
) -> None:
    lacks = await deployment.worker(Sum)
    jobs = lacks.job_service()
    job_id = await jobs.submit(Rare())
    while (await jobs.get(job_id)).standing.held_at is None:  # noqa: ASYNC110 (nothing tells)
        await asyncio.sleep(0.01)
    await ended(lacks, Sum(number=1))  # which it keeps nobody from
    await deployment.worker(Rare)
    assert (await jobs.wait(job_id, SOON)).attempts == 0


async def test_a_job_of_the_last_version_reaches_the_new_handler_as_the_new_class(
    deployment: Deployment,
) -> None:
    old = await deployment.producer()
    jobs = old.job_service()
    ids = [await jobs.submit(OldPhoto(size=number)) for number in range(JOBS)]
    await deployment.worker(Photo)
    for job_id in ids:
        assert (await jobs.wait(job_id, SOON)).status == "completed"
    assert sorted(deployment.calls, key=repr) == sorted(
        (Photo(width=n, height=n) for n in range(JOBS)), key=repr
    )


async def test_a_job_of_the_next_version_is_left_to_the_worker_that_knows_it(
    deployment: Deployment,
) -> None:
    old = await deployment.worker(OldPhoto)
    jobs = old.job_service()
    ids = [await jobs.submit(Photo(width=n, height=n)) for n in range(JOBS)]
    assert not deployment.calls
    await deployment.worker(Photo)
    for job_id in ids:
        record = await jobs.wait(job_id, SOON)
        assert (record.status, record.attempts) == ("completed", 0)
    assert {type(job) for job in deployment.calls} == {Photo}


@pytest.mark.parametrize("submitted", [OldPhoto(size=1), Photo(width=1, height=1)])
async def test_while_both_versions_run_no_handler_is_called_with_the_other_ones_class(
    deployment: Deployment, submitted: BaseJob
) -> None:
    old, new = await deployment.worker(OldPhoto), await deployment.worker(Photo)
    jobs = old.job_service()
    ids = [await jobs.submit(submitted) for _ in range(JOBS)]
    for job_id in ids:
        record = await jobs.wait(job_id, SOON)
        assert (record.status, record.attempts) == ("completed", 0)
    allowed = [Photo(width=1, height=1), submitted]
    assert all(job in allowed for job in deployment.calls)
    assert len(deployment.calls) == JOBS
    assert new.worker().is_ready
