"""How fast jobs go while somebody looks on, beside how fast they go alone."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from statistics import median
from time import perf_counter
from typing import Final

import httpx2

from jobsys import BackgroundJobService, JobStatus, JobsysContainer, Settings
from tests.chaos.noop_app import Noop
from tests.chaos.pages import page, served

JOBS: Final = 20_000
ROUNDS: Final = 5
BATCH: Final = 1_000


async def share_of_rate(url: str) -> float:
    """Returns the median, over pairs in turn, of the rate with a page open beside that without."""
    looking = JobsysContainer(Settings(backend=url, worker={"enabled": False}))
    async with served(url) as client, looking.lifecycle(), _worker(url):
        jobs, shares = looking.job_service(), list[float]()
        await _seconds(jobs)  # until all is warm
        for _ in range(ROUNDS):
            alone = await _seconds(jobs)
            async with _looked_at(client):
                shares.append(alone / await _seconds(jobs))
    return round(median(shares), 3)


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
async def _looked_at(client: httpx2.AsyncClient) -> AsyncIterator[None]:
    looking = asyncio.create_task(page(client))
    await asyncio.sleep(1)  # until it goes its round
    yield
    looking.cancel()
    with suppress(asyncio.CancelledError):
        await looking


async def _seconds(jobs: BackgroundJobService) -> float:
    """Returns how long it takes until as many jobs have run as had waited."""
    await jobs.queues.pause(Noop.queue)
    before = await _completed(jobs)
    for _ in range(JOBS // BATCH):
        await jobs.submit_many([Noop()] * BATCH)
    await jobs.queues.resume(Noop.queue)
    begun_at = perf_counter()
    while await _completed(jobs) < before + JOBS:  # noqa: ASYNC110 (others run the jobs)
        await asyncio.sleep(0.02)
    return perf_counter() - begun_at


async def _completed(jobs: BackgroundJobService) -> int:
    counts = (await jobs.counts()).get(Noop.queue)
    return counts.ever[JobStatus.COMPLETED] if counts else 0
