"""The verbs of the command line."""

from typing import Annotated, cast

import typer

from jobsys.adapters.cli import output
from jobsys.adapters.cli.archive import archive
from jobsys.adapters.cli.circuits import circuits
from jobsys.adapters.cli.completion import job_types, queues
from jobsys.adapters.cli.dashboard import dashboard
from jobsys.adapters.cli.demo import demo
from jobsys.adapters.cli.dlq import dlq
from jobsys.adapters.cli.doctor import doctor
from jobsys.adapters.cli.following import end_of
from jobsys.adapters.cli.fsck import fsck
from jobsys.adapters.cli.health import health
from jobsys.adapters.cli.init import init
from jobsys.adapters.cli.invocation import Invocation, Json, json_object
from jobsys.adapters.cli.job_list import list_jobs
from jobsys.adapters.cli.job_log import log
from jobsys.adapters.cli.queues import queues as queue_verbs
from jobsys.adapters.cli.schedules import schedules
from jobsys.adapters.cli.schema import schema
from jobsys.adapters.cli.tail import tail
from jobsys.adapters.cli.top import top
from jobsys.adapters.cli.work import EXAMPLE as WORKER_EXAMPLE
from jobsys.adapters.cli.work import worker
from jobsys.adapters.cli.workers import explain, workers
from jobsys.application.commands import CancelOutcome
from jobsys.domain.errors import IllegalTransition, JobNotFound
from jobsys.domain.status import JobStatus

JobIdText = Annotated[str, typer.Argument(metavar="ID", help="The job's id, as queue:key.")]

cli = typer.Typer(
    name="jobsys",
    help="Background jobs whose promises are executable.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
cli.command(epilog=WORKER_EXAMPLE)(worker)
cli.command()(health)
cli.command(epilog="Example: jobsys --app tasks:container doctor")(doctor)
cli.command(epilog="Example: jobsys --app tasks:container dashboard --anonymous operator")(
    dashboard
)
cli.command(epilog="Example: jobsys log default:01a2 --follow")(log)
cli.command(epilog="Example: jobsys fsck --queue mails --repair")(fsck)
cli.command(epilog="Example: jobsys init my-service")(init)
cli.command(epilog="Example: jobsys demo ~/Pictures")(demo)
cli.command()(workers)
cli.command(epilog="Example: jobsys explain default:01a2")(explain)
cli.command("list", epilog="Example: jobsys list --status failed --queue mails")(list_jobs)
cli.command(epilog="Example: jobsys tail --queue mails --status failed")(tail)
cli.command(epilog="Example: jobsys top --every 5s")(top)
cli.add_typer(schedules, name="schedule")
cli.add_typer(queue_verbs, name="queue")
cli.add_typer(circuits, name="circuit")
cli.add_typer(schema, name="schema")
cli.add_typer(dlq, name="dlq")
for plural, group in (("schedules", schedules), ("queues", queue_verbs), ("circuits", circuits)):
    cli.add_typer(group, name=plural, hidden=True)
cli.add_typer(archive, name="archive")


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
    config: Annotated[
        str | None, typer.Option(metavar="FILE", help="Settings, as YAML or TOML.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Steer and watch background jobs."""
    given = cast("Invocation", context.obj)
    given.take(app, backend, config)
    given.as_json = as_json


@cli.command(
    epilog='Example: jobsys --app tasks:container submit greet \'{"name": "Ada"}\' --delay 5m'
)
def submit(
    context: typer.Context,
    job_type: Annotated[
        str, typer.Argument(metavar="TYPE", help="The job's type.", autocompletion=job_types)
    ],
    payload: Annotated[str, typer.Argument(metavar="JSON", help="Its fields, as a JSON object.")],
    queue: Annotated[
        str | None, typer.Option(help="Another queue than the type's own.", autocompletion=queues)
    ] = None,
    priority: Annotated[str | None, typer.Option(help="critical, high, normal or low.")] = None,
    delay: Annotated[str | None, typer.Option(help="How long to wait: 30s, 5m, 2h.")] = None,
    key: Annotated[str | None, typer.Option(help="Its name in the queue: submits once.")] = None,
    as_json: Json = False,
) -> None:
    """Submit a job; its type must be known to the container that --app names."""
    given = cast("Invocation", context.obj)
    fields = json_object(payload)
    job_id = given.run(
        lambda jobs: jobs.submit_by_name(
            job_type, fields, queue=queue, priority=priority, delay=delay, key=key
        )
    )
    output.print_id(job_id, given.as_json or as_json)


@cli.command(epilog="Example: jobsys get default:01a2 --wait 30s")
def get(
    context: typer.Context,
    job_id: JobIdText,
    wait: Annotated[
        str | None, typer.Option(metavar="DURATION", help="Wait so long for its end: 30s, 5m.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Show all that is known of a job; exit code 1 if it has not ended within --wait."""
    given = cast("Invocation", context.obj)
    record = given.run(
        lambda jobs: jobs.get(job_id) if wait is None else end_of(jobs, job_id, wait)
    )
    output.print_job(record, given.as_json or as_json)


@cli.command(epilog="Example: jobsys cancel default:01a2")
def cancel(context: typer.Context, job_id: JobIdText, as_json: Json = False) -> None:
    """Cancel a waiting job, or ask a running one to stop."""
    given = cast("Invocation", context.obj)
    outcome = given.run(lambda jobs: jobs.cancel(job_id))
    if outcome is CancelOutcome.NOT_FOUND:
        raise JobNotFound(f"there is no job {job_id}")
    if outcome is CancelOutcome.TOO_LATE:
        raise IllegalTransition(f"job {job_id} has ended already")
    output.print_outcome(job_id, outcome, given.as_json or as_json)


@cli.command(epilog="Example: jobsys retry default:01a2")
def retry(context: typer.Context, job_id: JobIdText, as_json: Json = False) -> None:
    """Give a failed or cancelled job another life."""
    given = cast("Invocation", context.obj)
    given.run(lambda jobs: jobs.retry(job_id))
    output.print_outcome(job_id, JobStatus.QUEUED, given.as_json or as_json)


@cli.command(epilog="Example: jobsys change default:01a2 --priority high --delay 0s")
def change(
    context: typer.Context,
    job_id: JobIdText,
    priority: Annotated[str | None, typer.Option(help="critical, high, normal or low.")] = None,
    delay: Annotated[str | None, typer.Option(help="From now: 30s, 5m; 0s: at once.")] = None,
    as_json: Json = False,
) -> None:
    """Give a waiting job another priority, another time, or both."""
    given = cast("Invocation", context.obj)
    given.run(lambda jobs: jobs.change(job_id, priority=priority, delay=delay))
    output.print_outcome(job_id, "changed", given.as_json or as_json)


@cli.command()
def stats(context: typer.Context, as_json: Json = False) -> None:
    """Count the jobs of each queue by status, and those that wait by level."""
    given = cast("Invocation", context.obj)
    counts = given.run(lambda jobs: jobs.counts())
    output.print_counts(counts, given.as_json or as_json)
