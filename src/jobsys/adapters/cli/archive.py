"""The verbs of `jobsys archive`."""

import json
import sys
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Annotated, Final, cast

import typer

from jobsys.adapters.cli import output
from jobsys.adapters.cli.filters import OfQueue, OfType
from jobsys.adapters.cli.invocation import Invocation, Json
from jobsys.adapters.cli.option_group import taking
from jobsys.adapters.cli.table import Table
from jobsys.application.archive_lines import Archived, ArchiveQuery, found_in
from jobsys.domain.errors import JobNotFound
from jobsys.domain.status import JobStatus

archive = typer.Typer(
    help="Look at jobs that were archived before they were removed.", no_args_is_help=True
)

Limit = Annotated[int, typer.Option(min=1, help="How many at most.")]


def _wanted(
    status: Annotated[
        JobStatus | None, typer.Option(help="completed, failed or cancelled.")
    ] = None,
    queue: OfQueue = None,
    job_type: OfType = None,
) -> ArchiveQuery:
    return ArchiveQuery(None, status, queue, job_type)


filtered: Final = taking("wanted", _wanted)
"""Gives a verb the options of a query, which it takes as `wanted`."""


@archive.command("list", epilog="Example: jobsys archive list --status failed --limit 100")
@filtered
def list_archived(
    context: typer.Context, wanted: ArchiveQuery, limit: Limit = 20, as_json: Json = False
) -> None:
    """List archived jobs, those of an older day first."""
    given = cast("Invocation", context.obj)
    found = list(islice(_found(given, wanted), limit))
    if given.as_json or as_json:
        output.print_json({"jobs": found})
        return
    output.show(Table(("job", "type", "status", "ended"), [_row(job) for job in found]))


@archive.command(epilog="Example: jobsys archive show default:01a2")
def show(
    context: typer.Context,
    job_id: Annotated[str, typer.Argument(metavar="ID", help="The job's id, as queue:key.")],
    as_json: Json = False,
) -> None:
    """Show an archived job; one that ended more than once, as it ended last."""
    given = cast("Invocation", context.obj)
    ends = list(_found(given, ArchiveQuery(job_id)))
    if not ends:
        raise JobNotFound(f"there is no job {job_id} in the archive")
    output.print_view(max(ends, key=_ended), given.as_json or as_json)


@archive.command(epilog="Example: jobsys archive export --queue mails > mails.jsonl")
@filtered
def export(context: typer.Context, wanted: ArchiveQuery) -> None:
    """Write archived jobs to the standard output, a line of JSON for each."""
    for job in _found(cast("Invocation", context.obj), wanted):
        sys.stdout.write(json.dumps(job) + "\n")


def _found(given: Invocation, query: ArchiveQuery) -> Iterator[Archived]:
    return found_in(given.application().archive().lines(), query)


def _row(job: Archived) -> tuple[str, ...]:
    told = (str(job.get(name)) for name in ("job_id", "job_type", "status"))
    return (*told, _moment(job.get("ended_at")))


def _moment(told: object) -> str:
    try:
        return output.moment(datetime.fromisoformat(str(told)))
    except ValueError:
        return ""


def _ended(job: Archived) -> str:
    return str(job.get("ended_at"))
