"""A job that is kept for a moment is removed although nothing else happens."""

import asyncio
from datetime import timedelta

import pytest

from jobsys import BaseJob, JobContext, JobNotFound, JobsysContainer, Retention, Settings
from jobsys.application import ticker


class Brief(BaseJob):
    """Nobody wants to know what became of it."""

    retention = Retention(done=timedelta(milliseconds=50))


async def test_a_job_that_is_kept_for_a_moment_is_removed_although_nothing_else_happens(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ticker, "QUIET", Brief.retention.done_for)
    container = JobsysContainer(Settings(backend=url))

    @container.handles(Brief)
    async def brief(_job: Brief, _context: JobContext) -> None:
        pass

    async with container.lifecycle(), asyncio.timeout(10):
        jobs = container.job_service()
        await asyncio.sleep(0.1)  # the first tick has found nothing to do
        job_id = await jobs.submit(Brief())
        while (await jobs.find()).records:  # noqa: ASYNC110 (nothing tells)
            await asyncio.sleep(0.02)
        with pytest.raises(JobNotFound):
            await jobs.get(job_id)
