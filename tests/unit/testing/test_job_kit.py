"""The test kit runs jobs through the real pipeline, when a test says so and as long as it says."""

import asyncio
from datetime import timedelta

import pytest
from dependency_injector.providers import Object

from jobsys import (
    BaseJob,
    JobContext,
    JobPriority,
    JobStatus,
    JobsysContainer,
    UnknownJobType,
)
from jobsys.adapters.memory.backend import MemoryBackend
from jobsys.adapters.memory.job_metrics import MemoryJobMetrics
from jobsys.adapters.sqlite.backend import SqliteBackend
from jobsys.ports.metric_families import PROCESSED
from jobsys.testing.job_kit import JobKit
from jobsys.testing.shift import EndlessDrain
from jobsys.testing.virtual_clock import START
from tests.support.kit_jobs import Count, Fail, Unhandled


async def test_a_drain_runs_what_was_submitted_and_what_that_submits_in_any_queue(
    kit: JobKit,
) -> None:
    await kit.service.submit(Count(left=2))
    assert [record.result for record in await kit.drain()] == [2, 1, 0]
    assert await kit.drain() == []


async def test_a_delayed_job_runs_once_the_clock_was_advanced(kit: JobKit) -> None:
    await kit.service.submit(Count(), delay="5m")
    kit.clock.advance("4m59s")
    assert await kit.drain() == []
    kit.clock.advance(timedelta(seconds=1))
    [record] = await kit.drain()
    assert record.ended_at == START + timedelta(minutes=5)


async def test_a_failure_is_raised_as_the_handler_raised_it(kit: JobKit) -> None:
    job_id = await kit.service.submit(Fail(text="out of stock"))
    await kit.service.submit(Count())
    with pytest.RaisesGroup(pytest.RaisesExc(ValueError, match="out of stock")) as caught:
        await kit.drain()
    assert caught.value.exceptions[0].__notes__ == [f"attempt 1 of fail job {job_id}"]
    assert (await kit.service.counts())["default"].now[JobStatus.COMPLETED] == 1
    assert await kit.drain() == []


async def test_a_retry_is_due_after_its_longest_wait_and_the_records_tell_its_end(
    kit: JobKit,
) -> None:
    await kit.service.submit(Fail(text="out of stock"))
    assert await kit.drain(raise_failures=False) == []
    kit.clock.advance("9s999ms")
    assert await kit.drain() == []
    kit.clock.advance("1ms")
    [record] = await kit.drain(raise_failures=False)
    assert record.status is JobStatus.FAILED
    assert [error.type for error in record.errors] == ["ValueError", "ValueError"]


async def test_a_job_without_a_handler_is_a_failure_at_once(kit: JobKit) -> None:
    await kit.service.submit(Unhandled())
    with pytest.RaisesGroup(pytest.RaisesExc(UnknownJobType, match="not registered")):
        await kit.drain()


async def test_a_schedule_fires_when_the_clock_passes_its_time(kit: JobKit) -> None:
    await kit.service.schedule("nightly", Count(), cron="0 2 * * *", queue="night")
    kit.clock.advance("1h59m")
    assert await kit.drain() == []
    kit.clock.advance("1m")
    [record] = await kit.drain()
    assert record.id == "night:nightly-20300101T020000Z"
    kit.assert_submitted(Count, left=0, count=1)


async def test_a_job_that_is_not_kept_is_among_the_ended_ones_all_the_same(kit: JobKit) -> None:
    retention = Count.retention.model_copy(update={"done": timedelta(0)})
    await kit.service.submit(Count(left=1), retention=retention)
    assert len(await kit.drain()) == 2


async def test_a_job_that_submits_itself_for_ever_ends_the_drain(
    container: JobsysContainer, kit: JobKit
) -> None:
    class Again(BaseJob):
        pass

    @container.handles(Again)
    async def again(job: Again, context: JobContext) -> None:
        await kit.service.submit(Again())

    await kit.service.submit(Again())
    with pytest.raises(EndlessDrain, match=r"left after 50 attempts: 5\d of again"):
        await kit.drain(at_most=50)


@pytest.mark.parametrize("is_async", [True, False])
async def test_a_handler_that_never_ends_ends_the_drain(
    container: JobsysContainer, kit: JobKit, is_async: bool
) -> None:
    class Hang(BaseJob):
        pass

    def hang_in_a_thread(job: Hang, context: JobContext) -> None:
        asyncio.run(hang(job, context))

    async def hang(job: Hang, context: JobContext) -> None:
        await asyncio.sleep(3)

    container.handles(Hang)(hang if is_async else hang_in_a_thread)
    await kit.service.submit(Hang())
    with pytest.raises(EndlessDrain, match=r"still run after 0\.05 s of real time: 1 of hang"):
        await kit.drain(within="50ms")


def test_a_test_that_is_not_async_runs_coroutines(kit: JobKit) -> None:
    kit.run(kit.service.submit(Count()))
    assert len(kit.run(kit.drain())) == 1


async def test_the_lifecycle_runs_no_worker_meanwhile(
    container: JobsysContainer, kit: JobKit
) -> None:
    async with container.lifecycle():
        job_id = await kit.service.submit(Count(), priority=JobPriority.HIGH)
        with pytest.raises(TimeoutError):
            await kit.service.wait(job_id, timedelta(milliseconds=50))
        assert len(await kit.drain()) == 1


async def test_adapters_that_a_test_swaps_are_used(container: JobsysContainer, kit: JobKit) -> None:
    metrics = MemoryJobMetrics()
    with container.metrics.override(Object(metrics)), JobKit(container) as inner:
        await inner.service.submit(Count())
        await inner.drain()
    assert metrics.snapshot().number(PROCESSED, "count", "completed") == 1


def test_the_container_is_as_it_was_before(container: JobsysContainer) -> None:
    service, backend, handlers = (
        container.job_service(),
        container.backend(),
        container.handlers(),
    )
    with JobKit(container) as kit:
        assert isinstance(container.backend(), MemoryBackend)
        of_the_kit = kit.service
        assert of_the_kit is container.job_service() is not service
        assert container.handlers() is handlers
    assert isinstance(container.backend(), SqliteBackend)
    assert container.backend() is backend
    assert container.job_service() is not of_the_kit
    assert container.clock().now() < START
    assert container.runs_worker() is True
