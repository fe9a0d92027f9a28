"""Running jobs that are cancelled: async ones, in threads, and in processes of their own."""

import asyncio
import os
import threading
from collections.abc import Mapping
from time import monotonic
from typing import Final

from jobsys import BackgroundJobService, BaseJob, JobContext, JobsysContainer, Settings
from jobsys.domain.job_id import JobId
from jobsys.domain.status import JobStatus
from jobsys.ports.metric_families import LEAKED_THREADS
from tests.support.isolated_app import Patient, do
from tests.support.isolated_runs import SOON
from tests.support.process_tree import descendants
from tests.support.workshop import until

RENEWAL: Final = 0.3
"""Seconds within which a worker learns of a cancel, with a lease of a second."""


class Sleeping(BaseJob):
    """Waits as a coroutine."""


class Ignoring(BaseJob):
    """Waits in a thread, and hears nothing."""


KINDS: Final[Mapping[str, BaseJob]] = {
    "tasks": Sleeping(),
    "threads": Ignoring(),
    "processes": Patient(does="sleep"),
}


async def cancelled(kind: str, number: int) -> tuple[int, float, int]:
    """Cancels so many running jobs: how many are CANCELLED, how late the last was, what was left.

    Threads cannot be ended: each that goes on must be reported, and what it returns be refused.
    """
    before, go = descendants(os.getpid()), threading.Event()
    made = _serving(go)
    async with made.lifecycle():
        service = made.job_service()
        ids = await service.submit_many([KINDS[kind]] * number)
        late = await asyncio.gather(*(_cancel(service, job_id) for job_id in ids))
        leaked = int(made.metrics().snapshot().number(LEAKED_THREADS))
        go.set()
        await until(lambda: not made.metrics().snapshot().number(LEAKED_THREADS))
        ended = [await service.get(job_id) for job_id in ids]
    right = sum(one.status is JobStatus.CANCELLED and one.result is None for one in ended)
    untold = abs(leaked - (number if kind == "threads" else 0))
    return right, max(late), untold + len(descendants(os.getpid()) - before)


async def _cancel(service: BackgroundJobService, job_id: JobId) -> float:
    """Cancels a job once it runs; returns how many seconds after its worker knew it was over."""
    while (await service.get(job_id)).status is not JobStatus.PROCESSING:  # noqa: ASYNC110 (others change it)
        await asyncio.sleep(0.05)
    asked_at = monotonic()
    await service.cancel(job_id)
    await service.wait(job_id, SOON)
    return monotonic() - asked_at - RENEWAL


def _serving(go: threading.Event) -> JobsysContainer:
    settings = Settings(backend="memory://", worker={"concurrency": 10, "lease_for": "1s"})
    made = JobsysContainer(settings)

    @made.handles(Sleeping)
    async def sleep(job: Sleeping, context: JobContext) -> None:
        await asyncio.sleep(1e6)

    @made.handles(Ignoring)
    def ignore(job: Ignoring, context: JobContext) -> str:
        go.wait()
        return "late"

    made.handles(Patient)(do)
    return made
