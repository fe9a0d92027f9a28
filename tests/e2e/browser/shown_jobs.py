"""Jobs that end in every way, for a page to show."""

import asyncio
from datetime import timedelta

from jobsys import BaseJob, Circuit, JobContext, RetryPolicy

ONCE = RetryPolicy(max_attempts=1)


class Mail(BaseJob):
    queue = "mails"
    to: str = "ada@example.com"
    api_key: str = ""


class Charge(BaseJob):
    """Fails where nothing is charged."""

    queue = "payments"
    retry = ONCE
    amount: int
    text: str = "nothing to charge"


class Sync(BaseJob):
    """Always fails, and opens its circuit."""

    queue = "crm"
    retry = ONCE
    circuit = Circuit("crm", failures=1, recover_after=timedelta(hours=1))


class Report(BaseJob):
    """Runs until it is asked to stop."""

    queue = "reports"
    title: str = "sales"


class Echo(BaseJob):
    """Says its text in every way in which a job can say something."""

    queue = "echoes"
    retry = ONCE
    text: str
    fails: bool = False


async def mail(job: Mail, context: JobContext) -> str:
    context.log.info("sending to %s", job.to)
    return f"sent to {job.to}"


async def charge(job: Charge, context: JobContext) -> int:
    context.log.warning("charging: %s", job.text)
    if job.amount <= 0:
        raise ValueError(job.text)
    return job.amount


async def sync(job: Sync, context: JobContext) -> None:
    raise ConnectionError("crm.example.com does not answer")


async def report(job: Report, context: JobContext) -> None:
    await context.progress(40, "four of ten pages")
    await asyncio.Event().wait()


async def echo(job: Echo, context: JobContext) -> dict[str, str]:
    context.log.info("echo %s", job.text)
    await context.progress(50, job.text)
    if job.fails:
        raise type(job.text, (ValueError,), {})(job.text)
    return {job.text: f"echo {job.text}"}
