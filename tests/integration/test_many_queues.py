"""A worker that serves several queues."""

import asyncio
from datetime import timedelta

from jobsys import BaseJob, JobContext, JobStatus, JobsysContainer, Settings


class Flood(BaseJob):
    """One of many."""

    queue = "flood"


class Rare(BaseJob):
    """One that comes later."""

    queue = "rare"


async def test_a_flooded_queue_does_not_keep_another_from_being_served() -> None:
    container = JobsysContainer(Settings(backend="memory://"))
    flooding = asyncio.Event()

    @container.handles(Flood)
    async def flood(job: Flood, context: JobContext) -> None:
        flooding.set()
        await asyncio.sleep(0.02)

    @container.handles(Rare)
    async def rare(job: Rare, context: JobContext) -> None: ...

    async with container.lifecycle():
        jobs = container.job_service()
        await jobs.submit_many([Flood()] * 2000)
        await flooding.wait()
        await jobs.wait(await jobs.submit(Rare()), timeout=timedelta(seconds=30))
        left = (await jobs.counts())["flood"].now[JobStatus.QUEUED]
        assert left > 1000
