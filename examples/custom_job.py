"""A job type with everything that a class may say, and a handler that counts for itself.

python -m examples.custom_job
"""

import asyncio
from datetime import timedelta
from typing import Annotated

from pydantic import Field

from jobsys import BaseJob, JobContext, JobPriority, JobsysContainer, Retention, RetryPolicy

container = JobsysContainer()


class ResizePhoto(BaseJob):
    job_type = "photos.resize"  # what is stored; the class may be renamed
    aliases = ("resize",)  # an older name: jobs that still wait under it are understood
    queue = "photos"
    priority = JobPriority.HIGH
    timeout = timedelta(seconds=30)
    retry = RetryPolicy(max_attempts=5, base=timedelta(seconds=1))
    retention = Retention(done=timedelta(days=1))

    photo: int
    width: Annotated[int, Field(gt=0, le=8000)] = 1080  # checked before anything is stored


@container.handles(ResizePhoto)
async def resize(job: ResizePhoto, context: JobContext) -> None:
    size = "large" if job.width > 1000 else "small"
    # Beside jobsys's own metrics, at the same endpoint: jobsys_jobs_custom_pixels_total{size=…}
    context.metrics.counter("pixels_total", job.width * job.width, size=size)


async def main() -> None:
    async with container.lifecycle():
        jobs = container.job_service()
        for job in (ResizePhoto(photo=1), ResizePhoto(photo=2, width=100)):
            await jobs.wait(await jobs.submit(job), timeout="10s")
        pixels = container.metrics().snapshot().readings["jobs_custom_pixels_total"]
        for (size,), number in sorted(pixels.numbers.items()):
            print(f"{size}: {number:.0f} pixels")


if __name__ == "__main__":
    asyncio.run(main())
