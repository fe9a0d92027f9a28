"""The application of workers that are scraped: jobs that succeed, fail, last, and are held."""

import asyncio
import os
from datetime import timedelta
from pathlib import Path

from jobsys import (
    BaseJob,
    Circuit,
    FailNow,
    JobContext,
    JobPriority,
    JobsysContainer,
    RetryPolicy,
)
from jobsys.testing.faults.ledger import Ledger

LEDGER = "SCRAPED_LEDGER"
SOON_AGAIN = RetryPolicy(max_attempts=10, base=timedelta(milliseconds=300))


class Quick(BaseJob):
    """Takes a moment."""


class Report(BaseJob):
    """Takes long; there are more of them than slots."""

    queue = "reports"
    priority = JobPriority.LOW
    seconds: float = 0.4


class Flaky(BaseJob):
    """Fails at first."""

    retry = SOON_AGAIN


class Doomed(BaseJob):
    """Fails for good."""


class Pay(BaseJob):
    """Fails, as its bank is down, until the circuit opens and holds the others.

    One that fails when the circuit has opened is held as well: how many count as failed is open.
    """

    queue = "bank"
    retry = SOON_AGAIN
    circuit = Circuit("bank", failures=2, recover_after=timedelta(minutes=10))


def container() -> JobsysContainer:
    """Makes a worker's container; the environment names the ledger, in which each end is noted."""
    made, ledger = JobsysContainer(), Ledger(Path(os.environ[LEDGER]))

    @made.handles(Quick)
    async def quick(job: Quick, context: JobContext) -> None:
        await asyncio.sleep(0.02)
        ledger.note("completed", context.job_id)

    @made.handles(Report)
    async def report(job: Report, context: JobContext) -> None:
        await asyncio.sleep(job.seconds)
        ledger.note("completed", context.job_id)

    @made.handles(Flaky)
    async def flaky(job: Flaky, context: JobContext) -> None:
        ledger.note("retrying" if context.attempt == 1 else "completed", context.job_id)
        if context.attempt == 1:
            raise ConnectionError

    @made.handles(Doomed)
    async def doomed(job: Doomed, context: JobContext) -> None:
        ledger.note("failed", context.job_id)
        raise FailNow("there is no such order")

    @made.handles(Pay)
    async def pay(job: Pay, context: JobContext) -> None:
        raise ConnectionError("the bank is down")

    return made
