"""The work done by jobsys: settings at their defaults, but for the concurrency."""

import asyncio
from time import perf_counter
from typing import Final

from jobsys import JobContext, JobsysContainer, Settings, WorkerSettings
from jobsys.config import MetricsSettings, SchedulerSettings
from tests.benchmarks.payload import Noop, noops
from tests.support.processes import free_port

WORKER: Final = WorkerSettings(concurrency=200)


async def submit_one_by_one(url: str, number: int) -> float:
    """Returns the seconds that one caller needs for so many submits."""
    container = JobsysContainer(Settings(backend=url, worker=WorkerSettings(enabled=False)))
    async with container.lifecycle():
        jobs = container.job_service()
        begun = perf_counter()
        for job in noops(number):
            await jobs.submit(job)
        return perf_counter() - begun


async def submit_in_bulk(url: str, number: int) -> float:
    """Returns the seconds for so many jobs, a thousand a call."""
    container = JobsysContainer(Settings(backend=url, worker=WorkerSettings(enabled=False)))
    async with container.lifecycle():
        begun = perf_counter()
        for start in range(0, number, 1000):
            await container.job_service().submit_many(noops(1000)[: number - start])
        return perf_counter() - begun


async def run(url: str, number: int) -> float:
    """Returns the seconds from the first to the last of so many queued jobs."""
    return await _run(Settings(backend=url, worker=WORKER), number)


async def run_served(url: str, number: int) -> float:
    """Returns the same where Prometheus could read the metrics."""
    metrics = MetricsSettings(port=free_port())
    return await _run(Settings(backend=url, worker=WORKER, metrics=metrics), number)


async def run_bare(url: str, number: int) -> float:
    """Returns the same where nothing is counted, and no schedule looked for."""
    metrics, scheduler = MetricsSettings(enabled=False), SchedulerSettings(enabled=False)
    bare = Settings(backend=url, worker=WORKER, metrics=metrics, scheduler=scheduler)
    return await _run(bare, number)


async def _run(settings: Settings, number: int) -> float:
    container = JobsysContainer(settings)
    times: list[float] = []
    all_ran = asyncio.Event()

    @container.handles(Noop)
    async def noop(job: Noop, context: JobContext) -> None:
        times.append(perf_counter())
        if len(times) == number:
            all_ran.set()

    await container.backend().start()
    for start in range(0, number, 1000):
        await container.job_service().submit_many(noops(1000)[: number - start])
    async with container.lifecycle():
        await all_ran.wait()
    return times[-1] - times[0]
