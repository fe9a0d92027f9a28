"""An application whose jobs have processes of their own, and end in every way there is."""

import asyncio
import os
from datetime import timedelta
from functools import partial

from jobsys import (
    BaseJob,
    JobContext,
    JobHandler,
    JobsysContainer,
    ProcessLimits,
    RetryPolicy,
    Settings,
)
from tests.support.deeds import DEEDS, MEBIBYTE, born

TIMEOUT = timedelta(seconds=1)


class Isolated(BaseJob):
    """Does one thing by its name, in a process of its own."""

    isolation = "process"
    timeout = TIMEOUT
    retry = RetryPolicy(max_attempts=1)

    does: str = "nothing"
    marker: str = ""


class IsolatedAsync(Isolated):
    """Does it as a coroutine."""


class Capped(Isolated):
    """Has no more than 200 MB."""

    timeout = timedelta(seconds=30)
    process_limits = ProcessLimits(memory=200 * MEBIBYTE)


class CpuBound(Isolated):
    """May compute for a second, of a minute."""

    timeout = timedelta(seconds=60)
    process_limits = ProcessLimits(cpu=timedelta(seconds=1))


class Blind(Isolated):
    """Sees one variable of the environment."""

    timeout = timedelta(seconds=30)
    process_limits = ProcessLimits(env=("PATH",))


class Warned(Isolated):
    """Is told half a second before its time is up."""

    process_limits = ProcessLimits(notice=timedelta(seconds=0.5))


class WarnedAsync(Warned):
    """Is told so as a coroutine."""


class Patient(Isolated):
    """Has time."""

    timeout = timedelta(seconds=60)


class Composed(IsolatedAsync):
    """Has a handler that is put together."""


class Here(BaseJob):
    """Runs in the worker."""


def container() -> JobsysContainer:
    """Makes the container of a worker, with a handler that nobody finds but by its container."""
    made = serving(Settings())
    made.handlers().register(Composed, partial(Doer))
    return made


def serving(settings: Settings) -> JobsysContainer:
    """Returns a container with every handler here."""
    made = JobsysContainer(settings)
    for job_class in (Isolated, Capped, CpuBound, Blind, Warned, Patient):
        made.handles(job_class)(do)
    made.handlers().register(IsolatedAsync, Doer)
    made.handles(WarnedAsync)(wait_long)
    made.handles(Here)(here)
    made.handlers().process_starts.append(born)
    return made


def do(job: Isolated, context: JobContext) -> object:
    """Does what the job says."""
    return DEEDS[job.does](job, context)


class Doer(JobHandler[IsolatedAsync]):
    """Does what the job says, as a coroutine."""

    async def execute(self, job: IsolatedAsync, context: JobContext) -> object:
        await asyncio.sleep(0)
        if job.does == "sleep":
            await asyncio.sleep(1e6)
        return DEEDS[job.does](job, context)


async def wait_long(job: WarnedAsync, context: JobContext) -> None:
    """Waits until it is told to end."""
    await asyncio.sleep(1e6)


async def here(job: Here, context: JobContext) -> int:
    """Tells the process."""
    return os.getpid()
