"""The work, without a word about gRPC."""

import asyncio

from jobsys import BaseJob, JobContext


class RenderPage(BaseJob):
    page: str


async def render_page(job: RenderPage, context: JobContext) -> str:
    await asyncio.sleep(0.1)  # stands for something slow
    return f"<h1>{job.page}</h1>"
