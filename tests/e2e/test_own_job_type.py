"""A job type of a user's own: at most fifteen lines, nothing inside jobsys touched, any backend."""

import inspect
from datetime import timedelta
from pathlib import Path

import pytest

from jobsys import JobPriority, JobsysContainer, Settings

LONGEST = 15


# --- what the user writes ---
from jobsys import BaseJob, JobContext, JobHandler, RetryPolicy  # noqa: E402 (after its text)


class ResizePhoto(BaseJob):
    retry = RetryPolicy(max_attempts=5)
    photo_id: int
    width: int = 1080


class ResizePhotoHandler(JobHandler[ResizePhoto]):
    async def execute(self, job: ResizePhoto, context: JobContext) -> object:
        await context.progress(50, "resizing")
        return {"photo": job.photo_id, "width": job.width}


def wire(container: JobsysContainer) -> None:
    container.handlers().register(ResizePhoto, ResizePhotoHandler)


# --- until here ---


@pytest.fixture(params=["memory", "sqlite", pytest.param("redis", marks=pytest.mark.redis)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    match request.param:
        case "memory":
            return "memory://"
        case "sqlite":
            return f"sqlite:///{tmp_path}/jobs.db"
        case _:
            return str(request.getfixturevalue("clean_redis_url"))


def test_a_new_job_type_takes_at_most_fifteen_lines() -> None:
    here = inspect.getsource(inspect.getmodule(wire) or pytest.fail("no source"))
    _, _, written = here.partition("# --- what the user writes ---\n")
    written, _, _ = written.partition("# --- until here ---")
    assert 8 < sum(1 for line in written.splitlines() if line.strip()) <= LONGEST


async def test_a_job_type_of_ones_own_runs_on_every_backend(url: str) -> None:
    container = JobsysContainer(Settings(backend=url))
    wire(container)
    async with container.lifecycle():
        jobs = container.job_service()
        job_id = await jobs.submit(ResizePhoto(photo_id=7, width=640), priority=JobPriority.HIGH)
        record = await jobs.wait(job_id, timeout=timedelta(seconds=10))
    assert record.result == {"photo": 7, "width": 640}
    assert (record.job_type, record.attempts) == ("resize_photo", 0)
