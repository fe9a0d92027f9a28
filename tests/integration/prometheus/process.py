"""A worker process that shares its metrics: `process.py JOBS`; it stops when its input ends."""

import asyncio
import sys

from jobsys import BaseJob, JobContext, JobsysContainer, Settings


class Greet(BaseJob):
    name: str = "Ada"


async def main(jobs: int) -> None:
    container = JobsysContainer(Settings(backend="memory://"))

    @container.handles(Greet)
    async def greet(job: Greet, context: JobContext) -> None:
        context.metrics.gauge("mood", 1)

    async with container.lifecycle():
        service = container.job_service()
        for _ in range(jobs):
            await service.wait(await service.submit(Greet()))
        print("done", flush=True)
        await asyncio.to_thread(sys.stdin.read)


asyncio.run(main(int(sys.argv[1])))
