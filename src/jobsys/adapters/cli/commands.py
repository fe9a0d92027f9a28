"""The verbs of the command line."""

import asyncio
import json
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, TypeVar, cast

import typer

from jobsys.adapters.cli import output
from jobsys.adapters.cli.serve import serve
from jobsys.adapters.cli.target import Application, loaded
from jobsys.application.commands import CancelOutcome
from jobsys.application.service import BackgroundJobService
from jobsys.domain.errors import ConfigurationError, IllegalTransition, InvalidJob, JobNotFound
from jobsys.domain.status import JobStatus

T = TypeVar("T")

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
JobIdText = Annotated[str, typer.Argument(metavar="ID", help="The job's id, as queue:key.")]

cli = typer.Typer(
    name="jobsys",
    help="Background jobs whose promises are executable.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@dataclass
class Invocation:
    """What the command line was given before the verb, and what the program hands in."""

    make: Callable[[], Application]
    demo: Callable[[Path | None, str | None, bool], int]
    app: str | None = None
    backend: str | None = None
    as_json: bool = False

    def application(self) -> Application:
        """Returns the container that `--app` names, else one made from the settings."""
        return self.checked(loaded(self.app)) if self.app else self.make()

    def checked(self, application: Application) -> Application:
        """Returns the container, if it uses the backend that the command line names.

        Raises:
            ConfigurationError: its module fixes another one, on which nobody asked to work.
        """
        if self.backend not in (None, application.settings().backend):
            raise ConfigurationError(
                "the container fixes a backend of its own, not the one that --backend names:"
                " leave --backend out, or let the container's Settings read the environment"
            )
        return application

    def run(self, use: Callable[[BackgroundJobService], Awaitable[T]]) -> T:
        """Returns what `use` makes of the service, with nothing but the backend started."""

        async def opened() -> T:
            application = self.application()
            backend = application.backend()
            await backend.start()
            try:
                return await use(application.job_service())
            finally:
                await backend.stop()

        return asyncio.run(opened())


@cli.callback()
def options(
    context: typer.Context,
    app: Annotated[
        str | None,
        typer.Option(envvar="JOBSYS_APP", metavar="MODULE:CONTAINER", help="Your container."),
    ] = None,
    backend: Annotated[
        str | None,
        typer.Option(metavar="URL", help="sqlite:///jobs.db, redis://host:6379/0, …"),
    ] = None,
    as_json: Json = False,
) -> None:
    """Steer and watch background jobs."""
    given = cast("Invocation", context.obj)
    given.app, given.backend, given.as_json = app, backend, as_json
    if backend is not None:
        # Containers of the user's read their settings when their module is imported, later.
        os.environ["JOBSYS_BACKEND"] = backend


@cli.command()
def worker(
    context: typer.Context,
    app: Annotated[str, typer.Argument(metavar="MODULE:CONTAINER", help="Your container.")],
    metrics_port: Annotated[
        int | None, typer.Option(min=1, max=65_535, help="Serve /metrics on this port.")
    ] = None,
) -> None:
    """Run jobs until SIGINT or SIGTERM, then finish what runs."""
    application = cast("Invocation", context.obj).checked(loaded(app))
    if metrics_port is not None:
        application.serve_metrics(metrics_port)
    asyncio.run(serve(application))


@cli.command()
def submit(
    context: typer.Context,
    job_type: Annotated[str, typer.Argument(metavar="TYPE", help="The job's type.")],
    payload: Annotated[str, typer.Argument(metavar="JSON", help="Its fields, as a JSON object.")],
    queue: Annotated[str | None, typer.Option(help="Another queue than the type's own.")] = None,
    priority: Annotated[str | None, typer.Option(help="critical, high, normal or low.")] = None,
    delay: Annotated[str | None, typer.Option(help="How long to wait: 30s, 5m, 2h.")] = None,
    key: Annotated[str | None, typer.Option(help="Its name in the queue: submits once.")] = None,
    as_json: Json = False,
) -> None:
    """Submit a job; its type must be known to the container that --app names."""
    given = cast("Invocation", context.obj)
    fields = _object(payload)
    job_id = given.run(
        lambda jobs: jobs.submit_by_name(
            job_type, fields, queue=queue, priority=priority, delay=delay, key=key
        )
    )
    output.print_id(job_id, given.as_json or as_json)


@cli.command()
def get(context: typer.Context, job_id: JobIdText, as_json: Json = False) -> None:
    """Show all that is known of a job."""
    given = cast("Invocation", context.obj)
    record = given.run(lambda jobs: jobs.get(job_id))
    output.print_job(record, given.as_json or as_json)


@cli.command("list")
def list_jobs(
    context: typer.Context,
    status: Annotated[JobStatus | None, typer.Option(help="Only jobs that stand here.")] = None,
    queue: Annotated[str | None, typer.Option(help="Only jobs of this queue.")] = None,
    job_type: Annotated[str | None, typer.Option("--type", help="Only jobs of this type.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 50,
    after: Annotated[str | None, typer.Option(help="Where the page before ended.")] = None,
    as_json: Json = False,
) -> None:
    """List jobs."""
    given = cast("Invocation", context.obj)
    page = given.run(
        lambda jobs: jobs.find(
            status=status, queue=queue, job_type=job_type, limit=limit, after=after
        )
    )
    output.print_page(page, given.as_json or as_json)


@cli.command()
def cancel(context: typer.Context, job_id: JobIdText, as_json: Json = False) -> None:
    """Cancel a waiting job, or ask a running one to stop."""
    given = cast("Invocation", context.obj)
    outcome = given.run(lambda jobs: jobs.cancel(job_id))
    if outcome is CancelOutcome.NOT_FOUND:
        raise JobNotFound(f"there is no job {job_id}")
    if outcome is CancelOutcome.TOO_LATE:
        raise IllegalTransition(f"job {job_id} has ended already")
    output.print_outcome(job_id, outcome, given.as_json or as_json)


@cli.command()
def retry(context: typer.Context, job_id: JobIdText, as_json: Json = False) -> None:
    """Give a failed or cancelled job another life."""
    given = cast("Invocation", context.obj)
    given.run(lambda jobs: jobs.retry(job_id))
    output.print_outcome(job_id, JobStatus.QUEUED, given.as_json or as_json)


@cli.command()
def stats(context: typer.Context, as_json: Json = False) -> None:
    """Count the jobs of each queue by status."""
    given = cast("Invocation", context.obj)
    counts = given.run(lambda jobs: jobs.counts())
    output.print_counts(counts, given.as_json or as_json)


@cli.command()
def demo(
    context: typer.Context,
    folder: Annotated[
        Path | None, typer.Argument(help="Whose files are worked on.", readable=False)
    ] = None,
    backend: Annotated[
        str | None, typer.Option(metavar="URL", help="Where; by default a new SQLite file.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Run real jobs through crashes, and prove that nothing was lost."""
    given = cast("Invocation", context.obj)
    raise typer.Exit(given.demo(folder, backend or given.backend, given.as_json or as_json))


def _object(text: str) -> dict[str, object]:
    try:
        found: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidJob(f"the payload is no JSON: {error}") from error
    if not isinstance(found, dict):
        raise InvalidJob('the payload is no JSON object: write it as {"field": value}')
    return cast("dict[str, object]", found)
