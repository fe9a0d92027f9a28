"""The application of a crew: jobs that rest, block, fork, or kill their own process."""

import asyncio
import ctypes
import os
import signal
from pathlib import Path
from time import monotonic

from jobsys import BaseJob, JobContext, JobsysContainer, Settings
from jobsys.testing.faults.ledger import Ledger


class Rest(BaseJob):
    """Takes so many seconds, and notes when it learns that its lease may be lost."""

    seconds: float = 0.0


class Block(BaseJob):
    """Keeps the event loop busy for so many seconds."""

    seconds: float


class Grip(BaseJob):
    """Holds the interpreter for so many seconds, as native code may: no thread of ours runs."""

    seconds: float


class Die(BaseJob):
    """Kills the process that runs it."""


class Fork(BaseJob):
    """Forks a child that ends at once."""


def container() -> JobsysContainer:
    """Makes the container of a worker process; the environment names the backend and the ledger."""
    return serving(Settings(), Ledger(Path(os.environ["CREW_LEDGER"])))


def serving(settings: Settings, ledger: Ledger) -> JobsysContainer:
    """Returns a container whose handlers note in a ledger that they begin and end."""
    made = JobsysContainer(settings)
    _serve_rest(made, ledger)
    _serve_the_unruly(made, ledger)
    return made


def _serve_rest(made: JobsysContainer, ledger: Ledger) -> None:
    @made.handles(Rest)
    async def rest(job: Rest, context: JobContext) -> None:
        ledger.note("begin", context.job_id, context.fencing_token)
        end, told = monotonic() + job.seconds, False
        while monotonic() < end:
            await asyncio.sleep(0.01)
            if context.lease_lost and not told:
                told = True
                ledger.note("doubt", context.job_id, context.fencing_token)
        ledger.note("end", context.job_id, context.fencing_token)


def _serve_the_unruly(made: JobsysContainer, ledger: Ledger) -> None:
    @made.handles(Block)
    async def block(job: Block, context: JobContext) -> None:
        ledger.note("begin", context.job_id, context.fencing_token)
        end = monotonic() + job.seconds
        while monotonic() < end:
            pass

    @made.handles(Grip)
    async def grip(job: Grip, context: JobContext) -> None:
        ledger.note("begin", context.job_id, context.fencing_token)
        ctypes.PyDLL(None).poll(None, 0, int(job.seconds * 1000))  # PyDLL lets nobody else run
        ledger.note("end", context.job_id, context.fencing_token)

    @made.handles(Die)
    async def die(job: Die, context: JobContext) -> None:
        ledger.note("begin", context.job_id, context.fencing_token)
        os.kill(os.getpid(), signal.SIGKILL)

    @made.handles(Fork)
    async def fork(job: Fork, context: JobContext) -> None:
        ledger.note("begin", context.job_id, context.fencing_token)
        if os.fork() == 0:
            os._exit(0)
