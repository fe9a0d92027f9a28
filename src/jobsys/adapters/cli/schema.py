"""The verbs of `jobsys schema`."""

from collections.abc import Mapping
from typing import Annotated, cast

import typer

from jobsys.adapters.cli.completion import queues as queue_names
from jobsys.adapters.cli.invocation import Invocation, Json
from jobsys.adapters.cli.output import print_json, show
from jobsys.adapters.cli.printable import printable
from jobsys.adapters.cli.progress import progress
from jobsys.adapters.cli.table import Table
from jobsys.adapters.cli.target import Application
from jobsys.application.schema_check import READ, CheckSchema, SchemaReport
from jobsys.domain.names import checked_name

schema = typer.Typer(help="Compare stored jobs with the code.", no_args_is_help=True)


@schema.callback()
def group() -> None:
    """Compare stored jobs with the code."""


@schema.command(epilog="Example: jobsys --app tasks:container schema check")
def check(
    context: typer.Context,
    queue: Annotated[
        str | None, typer.Option(help="Only this queue.", autocompletion=queue_names)
    ] = None,
    as_json: Json = False,
) -> None:
    """Read all that is stored with the code that --app names; exit code 1 where it cannot be."""
    given = cast("Invocation", context.obj)
    if given.app is None:
        raise typer.BadParameter("name the new code: jobsys --app MODULE:CONTAINER schema check")
    asked = CheckSchema(None if queue is None else checked_name("queue", queue))
    report = given.run_on(lambda application: _checked(asked, application))
    if given.as_json or as_json:
        print_json(_view(report))
    else:
        _print(report)
    raise typer.Exit(1 if report.problems else 0)


async def _checked(asked: CheckSchema, application: Application) -> SchemaReport:
    ports = application.backend().ports
    counts = await ports.inspector.counts()
    of = sum(
        one.now[status]
        for queue, one in counts.items()
        for status in READ
        if asked.queue in (None, queue)
    )
    with progress() as tell:
        return await asked.run(
            ports, application.job_factory(), lambda what, done: tell(what, done, of)
        )


def _view(report: SchemaReport) -> Mapping[str, object]:
    problems = [
        {
            "job_type": printable(problem.job_type),
            "version": problem.version,
            "reason": problem.misfit.value,
            "told": printable(problem.told),
            "number": seen.number,
            "examples": seen.examples,
        }
        for problem, seen in report.problems.items()
    ]
    return {"clean": not problems, "checked": report.checked, "problems": problems}


def _print(report: SchemaReport) -> None:
    rows = [
        (
            problem.job_type or "?",
            str(problem.version),
            problem.misfit.value,
            problem.told,
            str(seen.number),
            ", ".join(seen.examples),
        )
        for problem, seen in report.problems.items()
    ]
    if rows:
        show(Table(("type", "version", "reason", "what is wrong", "number", "such as"), rows))
    misfits = sum(seen.number for seen in report.problems.values())
    show(
        f"{report.checked} read, {misfits} cannot be" if misfits else f"{report.checked} read: all"
    )
