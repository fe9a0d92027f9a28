"""The verb `jobsys list`."""

from dataclasses import replace
from typing import Annotated, cast

import typer

from jobsys.adapters.cli import output
from jobsys.adapters.cli.completion import job_types, queues
from jobsys.adapters.cli.invocation import INSTANT, Invocation, Json, instant
from jobsys.adapters.cli.option_group import taking
from jobsys.domain.factory import JobFactory
from jobsys.domain.job_filter import JobFilter
from jobsys.domain.status import JobStatus


def _wanted(
    status: Annotated[JobStatus | None, typer.Option(help="Only jobs that stand here.")] = None,
    queue: Annotated[
        str | None, typer.Option(help="Only jobs of this queue.", autocompletion=queues)
    ] = None,
    job_type: Annotated[
        str | None, typer.Option("--type", help="Only jobs of this type.", autocompletion=job_types)
    ] = None,
    text: Annotated[
        str | None, typer.Option(help="Only jobs with this in the id, payload or an error.")
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
    page = given.run_on(
        lambda application: application.job_service().search(
            _with_all_names(wanted, application.job_factory()), limit=limit, after=after
        )
    )
    output.print_page(page, given.as_json or as_json)


def _with_all_names(wanted: JobFilter, factory: JobFactory) -> JobFilter:
    names = {name for kind in wanted.job_types for name in factory.names_of(kind)}
    return replace(wanted, job_types=names)
