"""An application in two releases: the second knows a job by other fields."""

import asyncio
import os
from pathlib import Path
from typing import ClassVar

from jobsys import BaseJob, JobContext, JobsysContainer
from jobsys.domain.upcasting import Upcasters
from jobsys.testing.faults.ledger import Ledger


class OldPhoto(BaseJob):
    """A photo as the first release knows it."""

    job_type = "photo"

    size: int


def with_sides(old: dict[str, object]) -> dict[str, object]:
    """Returns the fields of the second release."""
    return {"width": old["size"], "height": old["size"]}


class Photo(BaseJob):
    """A photo as the second release knows it."""

    job_type = "photo"
    version = 2
    upcasters: ClassVar[Upcasters] = {1: with_sides}

    width: int
    height: int


def first() -> JobsysContainer:
    """Makes a worker's container of the first release."""
    return _serving(OldPhoto)


def second() -> JobsysContainer:
    """Makes a worker's container of the second release."""
    return _serving(Photo)


def _serving(known: type[OldPhoto] | type[Photo]) -> JobsysContainer:
    ledger = Ledger(Path(os.environ["RELEASE_LEDGER"]))
    made = JobsysContainer()

    async def work(job: BaseJob, context: JobContext) -> None:
        ledger.note("begin", context.job_id, context.fencing_token)
        if not isinstance(job, known):
            ledger.note("wrong", context.job_id)
        await asyncio.sleep(0.03)
        ledger.note("end", context.job_id, context.fencing_token)

    made.handles(known)(work)
    return made
