"""What handlers log is kept with their jobs, and streamed while they run, on every backend."""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from jobsys import BaseJob, JobContext, JobNotFound, JobsysContainer, RetryPolicy, Settings
from jobsys.domain.log_line import LogLine


class Import(BaseJob):
    """A job that tells what it does, and waits in between until somebody has read it."""

    retry = RetryPolicy(max_attempts=2, base=timedelta(0), jitter="none")


@pytest.fixture
def container(url: str) -> JobsysContainer:
    return JobsysContainer(Settings(backend=url))


async def read(stream: AsyncIterator[LogLine], number: int) -> list[str]:
    async with asyncio.timeout(30):
        return [(await anext(stream)).text for _ in range(number)]


async def rest(stream: AsyncIterator[LogLine]) -> list[str]:
    async with asyncio.timeout(30):
        return [line.text async for line in stream]


async def test_lines_of_a_running_job_are_streamed_in_order(container: JobsysContainer) -> None:
    go_on = asyncio.Semaphore(0)

    @container.handles(Import)
    async def work(job: Import, context: JobContext) -> None:
        for part in range(4):
            for row in range(50):
                context.log.info("part %d row %d", part, row)
            await go_on.acquire()
        context.log.warning("the end")

    async with container.lifecycle():
        jobs = container.job_service()
        job_id = await jobs.submit(Import())
        stream = aiter(jobs.follow_log(job_id))
        for part in range(4):  # the job waits for this reader: what comes, comes while it runs
            assert await read(stream, 50) == [f"part {part} row {row}" for row in range(50)]
            assert (await jobs.get(job_id)).status == "processing"
            go_on.release()
        assert await rest(stream) == ["the end"]
        assert (await jobs.get(job_id)).status == "completed"


async def test_lines_of_a_handler_in_a_thread_are_streamed_in_order(
    container: JobsysContainer,
) -> None:
    go_on = threading.Event()

    @container.handles(Import)
    def work(job: Import, context: JobContext) -> None:
        for row in range(100):
            context.log.info("row %d", row)
        assert go_on.wait(30)
        context.log.info("the end")

    async with container.lifecycle():
        jobs = container.job_service()
        job_id = await jobs.submit(Import())
        stream = aiter(jobs.follow_log(job_id))
        assert await read(stream, 100) == [f"row {row}" for row in range(100)]
        assert (await jobs.get(job_id)).status == "processing"
        go_on.set()
        assert await rest(stream) == ["the end"]


async def test_the_log_of_a_job_goes_on_with_its_next_attempt(container: JobsysContainer) -> None:
    @container.handles(Import)
    async def work(job: Import, context: JobContext) -> None:
        context.log.info("attempt")
        if context.attempt == 1:
            raise OSError("once")

    async with container.lifecycle():
        jobs = container.job_service()
        job_id = await jobs.submit(Import())
        lines = [line async for line in jobs.follow_log(job_id)]
        assert [(line.attempt, line.text) for line in lines] == [(1, "attempt"), (2, "attempt")]
        assert all(line.job_id == job_id for line in lines)
        assert {line.level for line in lines} == {"INFO"}


async def test_each_of_many_jobs_has_its_own_lines(container: JobsysContainer) -> None:
    @container.handles(Import)
    async def work(job: Import, context: JobContext) -> None:
        for _ in range(3):
            context.log.info("%s", context.job_id)
            await asyncio.sleep(0)

    async with container.lifecycle():
        jobs = container.job_service()
        ids = await jobs.submit_many([Import() for _ in range(50)])
        assert len([record async for record in jobs.as_completed(ids, timeout="30s")]) == 50
    async with container.lifecycle():  # the stop has sent them all
        for job_id in ids:
            page = await jobs.log(job_id)
            assert [line.text for line in page.lines] == [job_id] * 3


async def test_lines_below_the_level_are_not_kept(url: str) -> None:
    container = JobsysContainer(Settings(backend=url, job_log={"level": "WARNING"}))

    @container.handles(Import)
    async def work(job: Import, context: JobContext) -> None:
        context.log.info("quiet")
        context.log.warning("loud")

    async with container.lifecycle():
        jobs = container.job_service()
        stream = jobs.follow_log(await jobs.submit(Import()))
        assert await rest(stream) == ["loud"]


async def test_where_the_settings_switch_it_off_nothing_is_kept(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    container = JobsysContainer(Settings(backend=url, job_log={"enabled": False}))

    @container.handles(Import)
    async def work(job: Import, context: JobContext) -> None:
        context.log.info("only in the log")

    caplog.set_level(logging.INFO)
    async with container.lifecycle():
        jobs = container.job_service()
        assert await rest(jobs.follow_log(await jobs.submit(Import()))) == []
    assert "only in the log" in caplog.text


async def test_a_store_with_logs_is_sound(container: JobsysContainer) -> None:
    @container.handles(Import)
    async def work(job: Import, context: JobContext) -> None:
        context.log.info("row")

    async with container.lifecycle():
        jobs = container.job_service()
        assert await rest(jobs.follow_log(await jobs.submit(Import()))) == ["row"]
        looked = [step async for step in container.backend().ports.checker().check()]
        assert [finding for step in looked for finding in step.findings] == []


async def test_the_log_of_a_job_that_is_not_there_is_an_error(container: JobsysContainer) -> None:
    await container.backend().start()
    jobs = container.job_service()
    with pytest.raises(JobNotFound, match="there is no job default:nobody"):
        await jobs.log("default:nobody")
    with pytest.raises(JobNotFound, match="there is no job default:nobody"):
        await rest(jobs.follow_log("default:nobody"))
    await container.backend().stop()
