"""The work done by jobsys: settings at their defaults, but for the concurrency."""

import asyncio
from time import perf_counter
from typing import Final

from jobsys import JobContext, JobsysContainer, Settings, WorkerSettings
from tests.benchmarks.payload import Noop, noops

CONCURRENCY: Final = 200


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
    worker = WorkerSettings(concurrency=CONCURRENCY)
    container = JobsysContainer(Settings(backend=url, worker=worker))
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
