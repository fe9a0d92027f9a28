"""The application whose workers are measured: production's defaults, but for the concurrency."""

import asyncio
from datetime import timedelta
from typing import Final

from jobsys import (
    BaseJob,
    CallNext,
    JobContext,
    JobPriority,
    JobsysContainer,
    Settings,
    WorkerSettings,
)
from tests.benchmarks.peers import common


class Noop(BaseJob):
    """Does nothing; its fields are those of an ordinary mail job."""

    number: int
    sent: float
    to: str
    subject: str
    template: str
    locale: str
    tags: tuple[str, ...]
    attempts: int


class Sleep(Noop):
    """Takes ten milliseconds."""


class Useful(Noop):
    """Does what most jobs do beside their work: a limit of its own, progress, a result."""

    timeout = timedelta(seconds=30)


class Hang(Noop):
    """Takes so long that its worker can be killed meanwhile."""


class Ballast(Noop):
    """Waits behind all others."""

    priority = JobPriority.LOW


JOBS: Final[dict[str, type[Noop]]] = {
    job.job_type: job for job in (Noop, Sleep, Useful, Hang, Ballast)
}


def settings(url: str, concurrency: int, *, worker: bool = True) -> Settings:
    """Returns what holds in production."""
    serving = WorkerSettings(enabled=worker, concurrency=concurrency)
    return Settings(backend=url, env="production", worker=serving)


def container(*, worker: bool = True) -> JobsysContainer:
    """Makes the container of a process; the environment says which backend, and how wide."""
    concurrency = common.option("c", WorkerSettings().concurrency)
    made = JobsysContainer(settings(common.URL, concurrency, worker=worker))
    made.handles(Noop)(noop)
    made.handles(Ballast)(ballast)
    made.handles(Sleep)(sleep)
    made.handles(Hang)(hang)
    made.handles(Useful)(useful)
    if Useful.job_type == common.KIND:
        made.use(through)
    return made


async def noop(job: Noop, _context: JobContext) -> None:
    """Proves that it ran."""
    common.ran(job.number, job.sent)


async def ballast(_job: Ballast, _context: JobContext) -> None:
    """Leaves no trace: it is not what is measured."""


async def sleep(job: Sleep, _context: JobContext) -> None:
    """Waits for a moment."""
    await asyncio.sleep(common.SLEEP)
    common.ran(job.number, job.sent)


async def hang(job: Hang, _context: JobContext) -> None:
    """Proves its begin and its end."""
    common.ran(0, job.sent)
    await asyncio.sleep(common.HANG)
    common.ran(1, job.sent)


async def useful(job: Useful, context: JobContext) -> dict[str, object]:
    """Tells how far it is, and what it has found."""
    await context.progress(50, "half")
    common.ran(job.number, job.sent)
    return {"number": job.number, "to": job.to}


async def through(job: BaseJob, _context: JobContext, call_next: CallNext) -> object:
    """Is a middleware that hands on."""
    return await call_next(job)
