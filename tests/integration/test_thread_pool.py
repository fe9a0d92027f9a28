"""A worker whose jobs have threads of their own: `worker={"pool": "threads"}`."""

import asyncio
import threading
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from jobsys import (
    BaseJob,
    CancelOutcome,
    JobContext,
    JobStatus,
    JobsysContainer,
    RetryPolicy,
    Settings,
)
from jobsys.config import WorkerArguments
from tests.support.workshop import until

SOON = timedelta(seconds=20)


class Block(BaseJob):
    """Blocks its event loop until it is let go."""

    retry = RetryPolicy(max_attempts=1)


class Quick(BaseJob):
    """Ends at once."""


class Sleep(BaseJob):
    """Waits as a coroutine may."""

    retry = RetryPolicy(max_attempts=1)


class Blocking:
    """A container with such jobs, and what lets them go."""

    def __init__(self, url: str, grace: str = "25s") -> None:
        worker: WorkerArguments = {"pool": "threads", "concurrency": 3, "grace": grace}
        self.container = JobsysContainer(Settings(backend=url, worker=worker))
        self.go = threading.Event()
        self.begun = 0

        @self.container.handles(Block)
        async def block(job: Block, context: JobContext) -> str:
            self.begun += 1
            self.go.wait()
            return threading.current_thread().name

        @self.container.handles(Quick)
        async def quick(job: Quick, context: JobContext) -> str:
            return threading.current_thread().name

        @self.container.handles(Sleep)
        async def sleep(job: Sleep, context: JobContext) -> None:
            self.begun += 1
            await asyncio.sleep(3600)


@pytest.fixture
async def blocking() -> AsyncIterator[Blocking]:
    made = Blocking("memory://")
    async with made.container.lifecycle():
        yield made
        made.go.set()


async def test_a_job_that_blocks_its_loop_holds_up_no_other(blocking: Blocking) -> None:
    jobs = blocking.container.job_service()
    stuck = await jobs.submit_many([Block(), Block()])
    await until(lambda: blocking.begun == 2)
    for _ in range(5):
        done = await jobs.wait(await jobs.submit(Quick()), SOON)
        assert str(done.result).startswith("jobsys-slot")
    blocking.go.set()
    threads = {str((await jobs.wait(job_id, SOON)).result) for job_id in stuck}
    assert threads == {"jobsys-slot"}


async def test_a_job_in_a_thread_is_cancelled_and_runs_out_of_time(blocking: Blocking) -> None:
    jobs = blocking.container.job_service()
    late = await jobs.submit(Sleep(), timeout="200ms")
    assert (await jobs.wait(late, SOON)).errors[0].type == "JobTimeout"
    asked = await jobs.submit(Sleep())
    await until(lambda: blocking.begun == 2)
    assert await jobs.cancel(asked) is CancelOutcome.REQUESTED
    assert (await jobs.wait(asked, SOON)).status is JobStatus.CANCELLED


async def test_a_stop_gives_back_what_runs_in_threads() -> None:
    made = Blocking("memory://", grace="100ms")
    async with made.container.lifecycle():
        jobs = made.container.job_service()
        job_id = await jobs.submit(Sleep())
        await until(lambda: made.begun == 1)
    assert (await jobs.get(job_id)).status is JobStatus.QUEUED


async def test_a_handler_that_ends_its_event_loop_takes_no_other_job_with_it() -> None:
    container = JobsysContainer(Settings(backend="memory://", worker={"pool": "threads"}))

    @container.handles(Block)
    async def wreck(job: Block, context: JobContext) -> None:
        asyncio.get_running_loop().stop()

    @container.handles(Quick)
    async def quick(job: Quick, context: JobContext) -> None: ...

    async with container.lifecycle():
        jobs = container.job_service()
        await jobs.submit(Block())
        for _ in range(5):
            await jobs.wait(await jobs.submit(Quick()), SOON)
