"""The verbs of `jobsys schedule`."""

from typing import Annotated, cast

import typer

from jobsys.adapters.cli import output
from jobsys.adapters.cli.completion import job_types, queues
from jobsys.adapters.cli.invocation import Invocation, Json, instant, json_object
from jobsys.adapters.cli.schedule_options import by_policy, by_rule
from jobsys.application.schedule_arguments import JobArguments
from jobsys.domain.duration import show_duration
from jobsys.domain.schedule_rule import ScheduleRule

ScheduleIdText = Annotated[str, typer.Argument(metavar="ID", help="As queue:name.")]

schedules = typer.Typer(help="Make jobs again and again.", no_args_is_help=True)


@schedules.command(
    epilog="Example: jobsys --app tasks:container schedule add nightly greet '{\"name\": \"Ada\"}' --cron '0 2 * * *'"
)
@by_policy
@by_rule
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Its name in the queue; an old one is replaced.")],
    job_type: Annotated[
        str, typer.Argument(metavar="TYPE", help="The type of its jobs.", autocompletion=job_types)
    ],
    rule: ScheduleRule,
    policy: JobArguments,
    payload: Annotated[str, typer.Argument(metavar="JSON", help="Their fields.")] = "{}",
    queue: Annotated[
        str | None, typer.Option(help="Another queue than the type's own.", autocompletion=queues)
    ] = None,
    priority: Annotated[str | None, typer.Option(help="critical, high, normal or low.")] = None,
    as_json: Json = False,
) -> None:
    """Store a schedule; its type must be known to the container that --app names."""
    given = cast("Invocation", context.obj)
    fields = json_object(payload)
    others: JobArguments = {**policy, "queue": queue, "priority": priority}
    schedule_id = given.run(
        lambda jobs: jobs.schedules.add_by_name(name, job_type, fields, rule, **others)
    )
    _told(schedule_id, "scheduled", given.as_json or as_json)


@schedules.command("list")
def list_schedules(
    context: typer.Context,
    queue: Annotated[
        str | None, typer.Option(help="Only those of this queue.", autocompletion=queues)
    ] = None,
    as_json: Json = False,
) -> None:
    """List schedules and when each fires next."""
    given = cast("Invocation", context.obj)
    found = given.run(lambda jobs: jobs.schedules.find(queue))
    output.print_schedules(found, given.as_json or as_json)


@schedules.command(epilog="Example: jobsys schedule remove default:nightly")
def remove(context: typer.Context, schedule_id: ScheduleIdText, as_json: Json = False) -> None:
    """Forget a schedule; the jobs that it has made stay."""
    given = cast("Invocation", context.obj)
    given.run(lambda jobs: jobs.schedules.remove(schedule_id))
    _told(schedule_id, "removed", given.as_json or as_json)


@schedules.command(epilog="Example: jobsys schedule pause default:nightly")
def pause(context: typer.Context, schedule_id: ScheduleIdText, as_json: Json = False) -> None:
    """Keep a schedule from making jobs."""
    given = cast("Invocation", context.obj)
    given.run(lambda jobs: jobs.schedules.pause(schedule_id))
    _told(schedule_id, "paused", given.as_json or as_json)


@schedules.command(epilog="Example: jobsys schedule resume default:nightly")
def resume(context: typer.Context, schedule_id: ScheduleIdText, as_json: Json = False) -> None:
    """Let a paused schedule go on with its next fire time."""
    given = cast("Invocation", context.obj)
    given.run(lambda jobs: jobs.schedules.resume(schedule_id))
    _told(schedule_id, "resumed", given.as_json or as_json)


@schedules.command(epilog="Example: jobsys schedule run default:nightly")
def run(context: typer.Context, schedule_id: ScheduleIdText, as_json: Json = False) -> None:
    """Make a schedule's job at once; prints the job's id."""
    given = cast("Invocation", context.obj)
    job_id = given.run(lambda jobs: jobs.schedules.run_now(schedule_id))
    output.print_id(job_id, given.as_json or as_json)


@schedules.command(
    epilog="Example: jobsys schedule preview --cron '0 2 * * *' --timezone Europe/Berlin"
)
@by_rule
def preview(
    context: typer.Context,
    rule: ScheduleRule,
    after: Annotated[
        str | None, typer.Option("--from", help="Later than this instant: now.")
    ] = None,
    count: Annotated[int, typer.Option(min=1, max=1000, help="How many fire times.")] = 5,
    as_json: Json = False,
) -> None:
    """Show when a rule would fire; stores nothing, and needs no backend."""
    given = cast("Invocation", context.obj)
    book = given.application().job_service().schedules
    times = book.preview(rule, count, instant("--from", after))
    output.print_times(times, given.as_json or as_json)
    if rule.jitter is not None:
        output.note(f"each job is due up to {show_duration(rule.jitter)} after its fire time")


def _told(schedule_id: str, outcome: str, as_json: bool) -> None:
    output.print_outcome(schedule_id, outcome, as_json, "schedule_id")
