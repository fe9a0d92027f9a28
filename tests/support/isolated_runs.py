"""Running jobs that have processes of their own, and looking that none is left behind."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Literal

from jobsys import BackgroundJobService, BaseJob, JobRecord, RetryPolicy, Settings
from jobsys.config import WorkerArguments
from jobsys.config.arguments import ChildArguments
from tests.support.isolated_app import serving
from tests.support.process_tree import descendants
from tests.support.workshop import until

SOON = timedelta(seconds=60)


@asynccontextmanager
async def running(
    concurrency: int = 4,
    children: ChildArguments | None = None,
    pool: Literal["tasks", "threads"] = "tasks",
) -> AsyncIterator[BackgroundJobService]:
    """Runs a worker here, and looks that it leaves no process behind."""
    before = descendants(os.getpid())
    worker: WorkerArguments = {"concurrency": concurrency, "pool": pool}
    made = serving(Settings(backend="memory://", worker=worker, children=children or {}))
    async with made.lifecycle():
        yield made.job_service()
    assert descendants(os.getpid()) <= before


async def ran(
    jobs: BackgroundJobService, job: BaseJob, retry: RetryPolicy | None = None
) -> JobRecord:
    """Returns what is kept of a job at its end."""
    return await jobs.wait(await jobs.submit(job, retry=retry), SOON)


async def begun(marker: Path) -> list[int]:
    """Waits until a job has begun, and returns its process, and what else it has noted."""
    await until(lambda: marker.exists() and marker.read_text())
    return [int(word) for word in marker.read_text().split()]  # noqa: ASYNC240 (a few bytes)
