"""What a worker asks of Redis that has nothing to do."""

import asyncio
from datetime import timedelta

import pytest
from redis.asyncio import Redis

from jobsys import BaseJob, JobContext, JobsysContainer, Settings, WorkerSettings

SECONDS = 5


class Ping(BaseJob):
    """The job that shows that the worker works."""


async def commands(redis: "Redis") -> int:
    """Returns how many commands Redis has carried out, those of scripts among them."""
    told = await redis.info("commandstats")
    return sum(int(one["calls"]) for name, one in told.items() if name != "cmdstat_info")


@pytest.mark.redis
@pytest.mark.parametrize("queues", [("default",), tuple(f"q{number}" for number in range(64))])
async def test_an_idle_worker_asks_redis_about_once_a_second(
    clean_redis_url: str, queues: tuple[str, ...]
) -> None:
    settings = Settings(backend=clean_redis_url, worker=WorkerSettings(queues=queues))
    container = JobsysContainer(settings)

    @container.handles(Ping)
    async def ping(_job: Ping, _context: JobContext) -> None:
        pass

    async with container.lifecycle(), Redis.from_url(clean_redis_url) as redis:
        service = container.job_service()
        job_id = await service.submit(Ping(), queue=queues[-1])
        await service.wait(job_id, timedelta(seconds=10))
        open_jobs = [f"jobs:processing:{queue}" for queue in queues]
        while await redis.exists(*open_jobs):  # noqa: ASYNC110 (nothing tells)
            await asyncio.sleep(0.01)
        await asyncio.sleep(1)  # the last look at what was going on
        before = await commands(redis)
        await asyncio.sleep(SECONDS)
        assert await commands(redis) - before <= 2 * SECONDS
