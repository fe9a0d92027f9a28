"""The application whose workers are killed: jobs that take a moment and leave their traces."""

import asyncio
import os
from pathlib import Path

from jobsys import BaseJob, JobContext, JobsysContainer
from jobsys.testing.faults.ledger import Ledger


class Moment(BaseJob):
    """Takes so many milliseconds."""

    milliseconds: int


def container() -> JobsysContainer:
    """Makes the container of a worker; the environment names the backend and the ledger."""
    made = JobsysContainer()
    serve_moments(made, Ledger(Path(os.environ["CHAOS_LEDGER"])))
    return made


def serve_moments(made: JobsysContainer, ledger: Ledger) -> None:
    """Registers the handler, which notes in a ledger that it begins and ends."""

    @made.handles(Moment)
    async def moment(job: Moment, context: JobContext) -> int:
        ledger.note("begin", context.job_id, context.fencing_token)
        await asyncio.sleep(job.milliseconds / 1000)
        ledger.note("effect", context.idempotency_key, context.fencing_token)
        ledger.note("end", context.job_id, context.fencing_token)
        return job.milliseconds
