"""The verb `jobsys log`."""

import json
import sys
from collections.abc import AsyncIterator
from typing import Annotated, cast

import typer

from jobsys.adapters.cli import output
from jobsys.adapters.cli.invocation import Invocation, Json
from jobsys.adapters.cli.printable import printable
from jobsys.application.service import BackgroundJobService
from jobsys.application.views import line_view
from jobsys.domain.log_line import LogLine
from jobsys.domain.redaction import redacted


def log(
    context: typer.Context,
    job_id: Annotated[str, typer.Argument(metavar="ID", help="The job's id, as queue:key.")],
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Go on with new lines until the job has ended.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show what a job's handler has logged; kept are the last 1,000 lines, for a day."""
    given = cast("Invocation", context.obj)
    prints_json = given.as_json or as_json
    if prints_json and not follow:
        lines = given.run(lambda jobs: _gathered(jobs, job_id))
        output.print_json({"lines": [line_view(line) for line in lines]})
        return

    async def printed(jobs: BackgroundJobService) -> None:
        lines = jobs.follow_log(job_id) if follow else _lines(jobs, job_id)
        async for line in lines:
            sys.stdout.write(json.dumps(line_view(line)) if prints_json else _shown(line))
            sys.stdout.write("\n")
            sys.stdout.flush()

    given.run(printed)


async def _lines(jobs: BackgroundJobService, job_id: str) -> AsyncIterator[LogLine]:
    page = await jobs.log(job_id)
    while page.lines:
        for line in page.lines:
            yield line
        page = await jobs.log(job_id, page.next)


async def _gathered(jobs: BackgroundJobService, job_id: str) -> list[LogLine]:
    return [line async for line in _lines(jobs, job_id)]


def _shown(line: LogLine) -> str:
    """Returns a line for people; what follows a line break is set in, and looks like no other line."""
    text = printable(redacted(line.text)).replace("\n", "\n    ")
    level = printable(line.level).replace("\n", " ")
    return f"{output.moment(line.at)} {level} {text}"
