"""A worker's card costs nothing but itself."""

import asyncio
from collections.abc import Sequence

from dependency_injector.providers import Object

from jobsys import BaseJob, JobContext, JobsysContainer, Settings
from jobsys.domain.status import JobStatus
from jobsys.domain.worker_card import WorkerCard
from jobsys.ports.errors import QueueUnavailable
from jobsys.ports.roster import Roster, ShownCard


class Note(BaseJob):
    """A job that tells who it is."""


class Gone(Roster):
    """What takes no card, and does not answer either where one is to be taken down."""

    async def show(self, card: WorkerCard) -> None:
        raise QueueUnavailable("away")

    async def take_down(self, worker: str) -> None:
        await asyncio.Event().wait()

    async def cards(self) -> Sequence[ShownCard]:
        raise QueueUnavailable("away")


async def test_where_no_card_is_taken_jobs_run_and_a_stop_comes_to_its_end() -> None:
    container = JobsysContainer(Settings(backend="memory://"))
    container.roster.override(Object(Gone()))

    async def run(job: Note, context: JobContext) -> None:
        pass

    container.handles(Note)(run)
    async with container.lifecycle():
        jobs = container.job_service()
        ended = await jobs.wait(await jobs.submit(Note()), "10s")
    assert ended.status is JobStatus.COMPLETED
