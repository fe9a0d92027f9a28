"""The smallest program: one job type, one handler, one job. python -m examples.hello_world"""

import asyncio

from jobsys import BaseJob, JobContext, JobsysContainer

container = JobsysContainer()


class Greet(BaseJob):
    name: str


@container.handles(Greet)
async def greet(job: Greet, context: JobContext) -> str:
    return f"Hello, {job.name}!"


async def main() -> None:
    async with container.lifecycle():
        jobs = container.job_service()
        job_id = await jobs.submit(Greet(name="world"))
        record = await jobs.wait(job_id, timeout="10s")
        print(record.result)


if __name__ == "__main__":
    asyncio.run(main())
