"""How fast jobs go while somebody looks on, beside how fast they go alone."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from math import ceil
from signal import SIGCONT, SIGSTOP
from statistics import fmean
from time import perf_counter
from typing import Final

from jobsys import BackgroundJobService, JobStatus, JobsysContainer, Settings
from tests.chaos.noop_app import Noop
from tests.chaos.pages import Dashboard, page, served

PAIRS: Final = 60
SECONDS: Final = 1.0
"""A machine's speed drifts within seconds: what is compared lies side by side, and short."""
LEFT_OUT: Final = 5
"""One pair in so many at either end of the order does not count: there the machine had hiccups."""
BATCH: Final = 1_000
WARM_UP: Final = 50
SPARE: Final = 1.5


async def share_of_rate(url: str) -> float:
    """Returns the rate with a page open beside that with the dashboard stopped, in turns."""
    looking = JobsysContainer(Settings(backend=url, worker={"enabled": False}))
    async with served(url) as dashboard, looking.lifecycle(), _worker(url):
        jobs = looking.job_service()
        async with _filled(jobs), _looked_at(dashboard):
            shares = [await _share(jobs, dashboard, number % 2 == 0) for number in range(PAIRS)]
    return round(fmean(sorted(shares)[PAIRS // LEFT_OUT : -PAIRS // LEFT_OUT]), 3)


@asynccontextmanager
async def _worker(url: str) -> AsyncIterator[None]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "jobsys", "worker", "tests.chaos.noop_app:container"),
        env={**os.environ, "JOBSYS_BACKEND": url, "LOG_LEVEL": "warning"},
    )
    try:
        yield
    finally:
        process.terminate()
        await process.wait()


@asynccontextmanager
async def _filled(jobs: BackgroundJobService) -> AsyncIterator[None]:
    """Has jobs wait, as many as a warm worker takes in the time; they are gone afterwards."""
    await _submit(jobs, WARM_UP)
    while await _completed(jobs) < BATCH:  # noqa: ASYNC110 (others run the jobs)
        await asyncio.sleep(0.05)
    batches = await _rate(jobs) / BATCH * PAIRS * 2 * SECONDS * SPARE
    await jobs.queues.pause(Noop.queue)
    await _submit(jobs, ceil(batches))
    await jobs.queues.resume(Noop.queue)
    yield
    async for _ in jobs.queues.purge(Noop.queue):
        pass


async def _submit(jobs: BackgroundJobService, batches: int) -> None:
    for _ in range(batches):
        await jobs.submit_many([Noop()] * BATCH)


@asynccontextmanager
async def _looked_at(dashboard: Dashboard) -> AsyncIterator[None]:
    looking = asyncio.create_task(page(dashboard.client))
    await asyncio.sleep(1)  # until it goes its round
    yield
    looking.cancel()
    with suppress(asyncio.CancelledError):
        await looking


async def _share(jobs: BackgroundJobService, dashboard: Dashboard, stopped_first: bool) -> float:
    """Returns the rate with the page beside that without; which comes first alternates."""
    rates = {}
    for is_stopped in (stopped_first, not stopped_first):
        dashboard.process.send_signal(SIGSTOP if is_stopped else SIGCONT)
        rates[is_stopped] = await _rate(jobs)
    dashboard.process.send_signal(SIGCONT)
    return rates[False] / rates[True]


async def _rate(jobs: BackgroundJobService) -> float:
    before, begun_at = await _completed(jobs), perf_counter()
    await asyncio.sleep(SECONDS)
    completed, took = await _completed(jobs), perf_counter() - begun_at
    assert completed > before, "no jobs are left"
    return (completed - before) / took


async def _completed(jobs: BackgroundJobService) -> int:
    counts = (await jobs.counts()).get(Noop.queue)
    return counts.ever[JobStatus.COMPLETED] if counts else 0
