"""The verb `jobsys tail`."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from typing import Annotated, cast

import typer

from jobsys.adapters.cli.filters import OfQueue, OfType
from jobsys.adapters.cli.invocation import Invocation, Json
from jobsys.adapters.cli.output import moment, note
from jobsys.adapters.cli.printable import printable
from jobsys.adapters.cli.until_stopped import until_stopped
from jobsys.application.events import JobNotices
from jobsys.application.notice_views import notice_view
from jobsys.application.service import BackgroundJobService
from jobsys.domain.notice import JobNotice
from jobsys.domain.status import JobStatus


def tail(
    context: typer.Context,
    queue: OfQueue = None,
    job_type: OfType = None,
    status: Annotated[
        list[JobStatus] | None,
        typer.Option(help="Only jobs that have come to stand here; may be repeated."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Print a line whenever a job ends, fails or is tried again, until Ctrl-C."""
    given = cast("Invocation", context.obj)
    prints_json = given.as_json or as_json

    async def told(jobs: BackgroundJobService) -> None:
        async with jobs.events(statuses=status or (), queue=queue, job_type=job_type) as heard:
            note("events are told from now on; Ctrl-C ends it")
            async for line in lines_of(heard, prints_json):
                sys.stdout.write(f"{line}\n")
                sys.stdout.flush()

    given.run(lambda jobs: until_stopped(told(jobs), asyncio.Event()))


async def lines_of(heard: JobNotices, prints_json: bool) -> AsyncIterator[str]:
    """Yields a line for each event, and one wherever events were lost."""
    lost = 0
    async for notice in heard:
        if heard.lost > lost:
            yield _gap(heard.lost - lost, prints_json)
            lost = heard.lost
        yield json.dumps(notice_view(notice)) if prints_json else _line(notice)


def _line(notice: JobNotice) -> str:
    reason = f" ({notice.reason})" if notice.reason else ""
    told = (
        moment(notice.at),
        f"{notice.status}{reason}",
        notice.job_type or "?",
        notice.job_id,
        f"attempt {notice.attempt}",
        notice.error,
    )
    return printable(" ".join(told)).replace("\n", " ").rstrip()


def _gap(number: int, prints_json: bool) -> str:
    return json.dumps({"lost": number}) if prints_json else f"… {number} events were lost here"
