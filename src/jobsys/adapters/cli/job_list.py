"""The verb `jobsys list`."""

from dataclasses import replace
from typing import Annotated, cast

import typer

from jobsys.adapters.cli import output
from jobsys.adapters.cli.filters import OfQueue, OfType
from jobsys.adapters.cli.invocation import INSTANT, Invocation, Json, instant
from jobsys.adapters.cli.option_group import taking
from jobsys.adapters.cli.target import Application
from jobsys.domain.job_filter import JobFilter
from jobsys.domain.status import JobStatus
from jobsys.ports.job_inspector import Page


def _wanted(
    status: Annotated[JobStatus | None, typer.Option(help="Only jobs that stand here.")] = None,
    queue: OfQueue = None,
    job_type: OfType = None,
    text: Annotated[
        str | None, typer.Option(help="Only jobs with this in the id, type, payload or an error.")
    ] = None,
    since: Annotated[
        str | None, typer.Option(help=f"Only jobs submitted then or later, {INSTANT}.")
    ] = None,
    until: Annotated[str | None, typer.Option(help="Only jobs submitted before then.")] = None,
) -> JobFilter:
    return JobFilter(
        status,
        {queue} if queue else (),
        {job_type} if job_type else (),
        text,
        created_from=instant("--since", since),
        created_until=instant("--until", until),
    )


@taking("wanted", _wanted)
def list_jobs(
    context: typer.Context,
    wanted: JobFilter,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 50,
    after: Annotated[str | None, typer.Option(help="Where the page before ended.")] = None,
    as_json: Json = False,
) -> None:
    """List jobs; a type is meant under all the names that the container of --app knows."""
    given = cast("Invocation", context.obj)
    page = given.run_on(lambda application: _found(application, wanted, limit, after))
    output.print_page(page, given.as_json or as_json)


async def _found(
    application: Application, wanted: JobFilter, limit: int, after: str | None
) -> Page:
    """Returns a page; only what a backend cannot look for is looked for among all jobs."""
    jobs, factory = application.job_service(), application.job_factory()
    queue, kind = (next(iter(names), None) for names in (wanted.queues, wanted.job_types))
    if JobFilter(wanted.status, wanted.queues, wanted.job_types) == wanted:
        return await jobs.find(
            status=wanted.status, queue=queue, job_type=kind, limit=limit, after=after
        )
    names = factory.names_of(kind) if kind else ()
    return await jobs.search(replace(wanted, job_types=names), limit=limit, after=after)
