"""The verbs of `jobsys archive`."""

import sys
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Annotated, cast

import typer
from pydantic_core import to_json

from jobsys.adapters.cli import output
from jobsys.adapters.cli.invocation import Invocation, Json
from jobsys.adapters.cli.table import Table
from jobsys.application.archive_lines import Archived, ArchiveQuery, found_in
from jobsys.domain.errors import JobNotFound
from jobsys.domain.status import JobStatus

archive = typer.Typer(
    help="Look at jobs that were archived before they were removed.", no_args_is_help=True
)

Status = Annotated[JobStatus | None, typer.Option(help="completed, failed or cancelled.")]
Queue = Annotated[str | None, typer.Option(help="Only those of this queue.")]
Type = Annotated[str | None, typer.Option("--type", help="Only those of this type.")]
Limit = Annotated[int, typer.Option(min=1, help="How many at most.")]


@archive.command("list", epilog="Example: jobsys archive list --status failed --limit 100")
def list_archived(
    context: typer.Context,
    status: Status = None,
    queue: Queue = None,
    job_type: Type = None,
    limit: Limit = 20,
    as_json: Json = False,
) -> None:
    """List archived jobs, those of an older day first."""
    given = cast("Invocation", context.obj)
    query = ArchiveQuery(None, status, queue, job_type)
    found = list(islice(_found(given, query), limit))
    if given.as_json or as_json:
        output.print_json({"jobs": found})
        return
    columns = ("job", "type", "status", "ended", "archived")
    output.show(Table(columns, [_row(job) for job in found]))


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
def export(
    context: typer.Context,
    status: Status = None,
    queue: Queue = None,
    job_type: Type = None,
) -> None:
    """Write archived jobs to the standard output, a line of JSON for each."""
    given = cast("Invocation", context.obj)
    for job in _found(given, ArchiveQuery(None, status, queue, job_type)):
        sys.stdout.write(to_json(job).decode() + "\n")


def _found(given: Invocation, query: ArchiveQuery) -> Iterator[Archived]:
    return found_in(given.application().archive().lines(), query)


def _row(job: Archived) -> tuple[str, ...]:
    told = (job.get(name) for name in ("job_id", "job_type", "status"))
    at = (_moment(job.get(name)) for name in ("ended_at", "archived_at"))
    return (*(output.printable(str(each)) for each in told), *at)


def _moment(told: object) -> str:
    try:
        return output.moment(datetime.fromisoformat(str(told)))
    except ValueError:
        return ""


def _ended(job: Archived) -> str:
    return str(job.get("ended_at"))
