"""The application whose workers are killed: jobs that take a moment and leave their traces."""

import asyncio
import os
import sqlite3
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Final

from jobsys import BaseJob, JobContext, JobsysContainer, RetryPolicy
from jobsys.testing.faults.ledger import Ledger

SURE_AFTER: Final = timedelta(seconds=5)
"""After how long Redis keeps a job for good that came from an outbox."""


class Moment(BaseJob):
    """Takes so many milliseconds."""

    milliseconds: int


class Stumble(Moment):
    """Fails at its first attempt, and may do so once."""

    retry = RetryPolicy(max_attempts=2, base=timedelta(seconds=0.5))


def container() -> JobsysContainer:
    """Makes the container of a worker; the environment names the backend and the ledger."""
    made = JobsysContainer()
    serve_moments(made, Ledger(Path(os.environ["CHAOS_LEDGER"])))
    if outbox := os.environ.get("CHAOS_OUTBOX"):
        made.outbox(partial(sqlite3.connect, outbox), sure_after=SURE_AFTER)
    return made


def serve_moments(made: JobsysContainer, ledger: Ledger) -> None:
    """Registers the handlers, which note in a ledger that they begin and end."""

    @made.handles(Moment)
    async def moment(job: Moment, context: JobContext) -> int:
        await _begin(job, context, ledger)
        ledger.note("effect", context.idempotency_key, context.fencing_token)
        ledger.note("end", context.job_id, context.fencing_token)
        return job.milliseconds

    @made.handles(Stumble)
    async def stumble(job: Stumble, context: JobContext) -> None:
        await _begin(job, context, ledger)
        if context.attempt == 1:
            raise OSError("the first attempt fails")
        ledger.note("end", context.job_id, context.fencing_token)


async def _begin(job: Moment, context: JobContext, ledger: Ledger) -> None:
    ledger.note("begin", context.job_id, context.fencing_token)
    await asyncio.sleep(job.milliseconds / 1000)
