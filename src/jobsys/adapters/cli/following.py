"""Waiting for the end of a job; whoever looks on at a terminal sees where it stands."""

import asyncio
import sys
from typing import Final

from jobsys.adapters.cli.printable import printable
from jobsys.application.service import BackgroundJobService
from jobsys.domain.errors import JobsysError
from jobsys.domain.record import JobRecord

PAUSE: Final = 0.25
"""How long the line on a terminal stands before it is written anew, in seconds."""


class NotEnded(JobsysError):
    """A job has not ended within the time that its watcher had."""

    code = "NOT_ENDED"


async def end_of(jobs: BackgroundJobService, job_id: str, within: str) -> JobRecord:
    """Returns the record of a job that has ended.

    Raises:
        NotEnded: it had not within that time; it goes on all the same.
    """
    shown = asyncio.create_task(_show(jobs, job_id)) if sys.stderr.isatty() else None
    try:
        return await jobs.wait(job_id, within)
    except TimeoutError as error:
        raise NotEnded(f"job {job_id} has not ended within {within}; it goes on") from error
    finally:
        if shown is not None:
            shown.cancel()
            await asyncio.wait([shown])


async def _show(jobs: BackgroundJobService, job_id: str) -> None:
    from rich.console import Console  # noqa: PLC0415 (only who looks on at a terminal needs it)
    from rich.text import Text  # noqa: PLC0415 (as above)

    with Console(stderr=True).status("") as line:
        while True:
            standing = (await jobs.get(job_id)).standing
            told = f"{job_id} {standing.status} {standing.percent}% {printable(standing.message)}"
            line.update(Text(told))
            await asyncio.sleep(PAUSE)
