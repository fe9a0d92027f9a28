"""A worker whose queues have slots of their own."""

import asyncio
from collections import Counter
from datetime import timedelta

from jobsys import BaseJob, JobContext, JobsysContainer, Settings
from tests.support.workshop import until

GRACE = timedelta(seconds=5)


class Mail(BaseJob):
    """One of a queue that has two slots."""

    queue = "mails"


class Other(BaseJob):
    """One of a queue that has what is free."""

    queue = "others"


async def test_a_queue_at_its_bound_leaves_slots_free_and_keeps_no_other_waiting() -> None:
    container = JobsysContainer(Settings(backend="memory://", worker={"slots": {"mails": 2}}))
    running, most = Counter[str](), Counter[str]()
    gate = asyncio.Event()

    async def run(job: BaseJob, context: JobContext) -> None:
        running[job.queue] += 1
        most[job.queue] = max(most[job.queue], running[job.queue])
        if job.queue == "mails":
            await gate.wait()
        running[job.queue] -= 1

    container.handles(Mail)(run)
    container.handles(Other)(run)
    async with container.lifecycle():
        jobs = container.job_service()
        mails = await jobs.submit_many([Mail() for _ in range(20)])
        await until(lambda: running["mails"] == 2)
        for _ in range(3):  # while the mails hang
            await jobs.wait(await jobs.submit(Other()), timeout=GRACE)
        gate.set()
        for job_id in mails:
            await jobs.wait(job_id, timeout=GRACE)
    assert most["mails"] == 2


async def test_a_job_that_comes_while_a_bounded_worker_idles_begins_at_once() -> None:
    container = JobsysContainer(Settings(backend="memory://", worker={"slots": {"mails": 1}}))
    begun = asyncio.Event()

    @container.handles(Mail)
    async def send(job: Mail, context: JobContext) -> None:
        begun.set()
        await asyncio.sleep(0.05)

    async with container.lifecycle():
        jobs = container.job_service()
        for _ in range(3):
            begun.clear()
            job_id = await jobs.submit(Mail())
            async with asyncio.timeout(2):
                await begun.wait()
            await jobs.wait(job_id, timeout=GRACE)
            await asyncio.sleep(0.1)  # the worker idles
