"""The composition root: one URL, adapters to be swapped one by one, settings that are heard."""

import asyncio
import logging
from datetime import timedelta

import pytest
from dependency_injector.providers import Factory, Object

from jobsys import (
    BaseJob,
    ConfigurationError,
    InvalidJob,
    JobContext,
    JobStatus,
    JobsysContainer,
    RetryPolicy,
    Settings,
)
from jobsys.adapters.memory.backend import MemoryBackend
from jobsys.adapters.memory.job_metrics import MemoryJobMetrics
from jobsys.adapters.system.clock import SystemClock
from jobsys.ports.backend import BackendOptions
from jobsys.ports.metric_families import PROCESSED
from jobsys.testing.virtual_clock import START, VirtualClock

SOON = timedelta(seconds=10)


class Greet(BaseJob):
    name: str = "Ada"


class GreetHandler:
    def __init__(self, greeting: str = "Hello") -> None:
        self._greeting = greeting

    async def execute(self, job: Greet, context: JobContext) -> str:
        return f"{self._greeting} {job.name}"


def container_of(**worker: bool) -> JobsysContainer:
    enabled = worker.get("enabled", True)
    return JobsysContainer(settings=Settings(backend="memory://", worker={"enabled": enabled}))


async def result_of(container: JobsysContainer, job: BaseJob) -> object:
    jobs = container.job_service()
    return (await jobs.wait(await jobs.submit(job), SOON)).result


async def test_the_same_program_runs_on_each_backend(url: str) -> None:
    container = JobsysContainer(settings=Settings(backend=url))
    container.handlers().register(Greet, Factory(GreetHandler, greeting="Good day"))
    async with container.lifecycle():
        assert await result_of(container, Greet(name="Bob")) == "Good day Bob"


async def test_a_result_over_the_limit_of_the_settings_does_not_hold_its_worker_up(
    url: str,
) -> None:
    container = JobsysContainer(settings=Settings(backend=url, max_result=64))
    container.handlers().register(Greet, GreetHandler)
    async with container.lifecycle():
        jobs = container.job_service()
        record = await jobs.wait(await jobs.submit(Greet(name="x" * 64)), SOON)
        assert (record.status, record.errors[0].code) == (JobStatus.FAILED, "RESULT_TOO_LARGE")
        assert await result_of(container, Greet()) == "Hello Ada"


async def test_functions_and_classes_and_factories_are_handlers() -> None:
    class Other(Greet):
        pass

    class Third(Greet):
        pass

    container = container_of()
    container.handlers().register(Greet, GreetHandler)

    @container.handles(Other)
    async def other(job: Other, context: JobContext) -> str:
        return "other"

    @container.handles(Third)
    def third(job: Third, context: JobContext) -> str:
        return "third"

    async with container.lifecycle():
        results = [await result_of(container, job) for job in (Greet(), Other(), Third())]
    assert results == ["Hello Ada", "other", "third"]


async def test_a_class_has_one_handler() -> None:
    container = container_of()
    container.handlers().register(Greet, GreetHandler)
    with pytest.raises(ConfigurationError, match="Greet has a handler already"):
        container.handlers().register(Greet, GreetHandler)


async def test_a_worker_without_any_handler_is_refused_and_says_what_to_do() -> None:
    container = container_of()
    with pytest.raises(ConfigurationError, match="no handler"):
        async with container.lifecycle():
            pass


async def test_without_a_worker_a_process_submits_and_looks_and_runs_nothing() -> None:
    container = container_of(enabled=False)
    async with container.lifecycle():
        jobs = container.job_service()
        job_id = await jobs.submit(Greet())
        with pytest.raises(TimeoutError):
            await jobs.wait(job_id, timedelta(milliseconds=50))
        assert (await jobs.get(job_id)).status is JobStatus.QUEUED


async def test_a_worker_can_be_enabled_whatever_the_settings_say() -> None:
    container = container_of(enabled=False)
    container.handlers().register(Greet, GreetHandler)
    container.enable_worker()
    async with container.lifecycle():
        assert await result_of(container, Greet()) == "Hello Ada"


class Patient(Greet):
    retry = RetryPolicy(max_attempts=2, base=timedelta(0))
    timeout = timedelta(minutes=5)


async def test_patience_and_time_limit_of_the_settings_hold_where_the_class_names_none() -> None:
    container = JobsysContainer(
        settings=Settings(backend="memory://", retry={"max_attempts": 1}, timeout="50ms")
    )

    async def handler(job: Greet, context: JobContext) -> None:
        await asyncio.sleep(0.2 if context.attempt == 1 and job.name == "slow" else 0)
        raise ValueError

    container.handles(Greet)(handler)
    container.handles(Patient)(handler)
    async with container.lifecycle():
        jobs = container.job_service()
        ids = await jobs.submit_many([Greet(), Greet(name="slow"), Patient(name="slow")])
        plain, slow, patient = [await jobs.wait(job_id, SOON) for job_id in ids]
    assert [error.type for error in plain.errors] == ["ValueError"]
    assert [error.type for error in slow.errors] == ["JobTimeout"]
    assert [error.type for error in patient.errors] == ["ValueError", "ValueError"]


async def test_a_queue_takes_the_levels_that_its_settings_name() -> None:
    settings = Settings(backend="memory://", queues={"default": {"levels": ["high", "normal"]}})
    jobs = JobsysContainer(settings=settings).job_service()
    await jobs.submit(Greet(), priority="high")
    await jobs.submit(Greet(), priority="low", queue="other")
    with pytest.raises(InvalidJob, match="'default' takes high, normal, not low"):
        await jobs.submit(Greet(), priority="low")


@pytest.mark.parametrize("enabled", [True, False])
async def test_why_a_worker_runs_or_does_not_is_told_once(
    caplog: pytest.LogCaptureFixture, enabled: bool
) -> None:
    caplog.set_level(logging.INFO, "jobsys")
    container = container_of(enabled=enabled)
    container.handlers().register(Greet, GreetHandler)
    async with container.lifecycle():
        pass
    told = [r.getMessage() for r in caplog.records if "says: argument" in r.getMessage()]
    assert told == [f"a worker {'runs' if enabled else 'does not run'} here, says: argument"]


async def test_the_log_is_the_hosts_until_it_asks_for_ours() -> None:
    container, source = container_of(), logging.getLogger("jobsys")
    container.handlers().register(Greet, GreetHandler)
    async with container.lifecycle():
        assert source.propagate
    with container.logging():
        assert not source.propagate
    assert source.propagate


async def test_an_asgi_application_runs_everything_by_its_lifespan() -> None:
    container = container_of()
    container.handlers().register(Greet, GreetHandler)
    async with container.lifespan(object()):
        assert await result_of(container, Greet()) == "Hello Ada"


async def test_the_backend_the_metrics_and_the_clock_are_swapped_one_by_one() -> None:
    container, clock, metrics = container_of(), VirtualClock(), MemoryJobMetrics()
    backend = MemoryBackend(BackendOptions("memory://", clock))
    container.handlers().register(Greet, GreetHandler)
    container.backend.override(Object(backend))
    container.metrics.override(Object(metrics))
    container.clock.override(Object(clock))
    async with container.lifecycle():
        assert await result_of(container, Greet()) == "Hello Ada"
    [record] = (await container.job_service().find()).records
    assert record.created_at == START
    assert metrics.snapshot().number(PROCESSED, "greet", "completed") == 1


async def test_the_queue_alone_is_swapped_too() -> None:
    container = container_of(enabled=False)
    other = MemoryBackend(BackendOptions("memory://", SystemClock()))
    container.job_queue.override(Object(other.ports.queue))
    await container.job_service().submit(Greet())
    assert (
        sum(one.now[JobStatus.QUEUED] for one in (await other.ports.inspector.counts()).values())
        == 1
    )


def test_two_containers_share_nothing() -> None:
    one, two = container_of(), container_of()
    assert one.backend() is not two.backend()
    assert one.job_service() is one.job_service() is not two.job_service()
