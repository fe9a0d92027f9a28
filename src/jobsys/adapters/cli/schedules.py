"""The verbs of `jobsys schedule`."""

from datetime import datetime
from typing import Annotated, cast

import typer

from jobsys.adapters.cli import output
from jobsys.adapters.cli.completion import job_types, queues
from jobsys.adapters.cli.invocation import Invocation, Json, json_object
from jobsys.application.arguments import schedule_rule
from jobsys.domain.errors import InvalidSchedule
from jobsys.domain.schedule_rule import ScheduleRule

ScheduleIdText = Annotated[str, typer.Argument(metavar="ID", help="As queue:name.")]
Cron = Annotated[str | None, typer.Option(help="Five fields, such as '0 2 * * *'.")]
Every = Annotated[str | None, typer.Option(help="An interval: 30s, 5m, 12h.")]
At = Annotated[str | None, typer.Option(help="Once: 2030-01-31T02:00:00+01:00.")]
Zone = Annotated[str, typer.Option("--timezone", help="Of the cron expression: Europe/Berlin.")]

schedules = typer.Typer(help="Make jobs again and again.", no_args_is_help=True)


@schedules.command(
    epilog="Example: jobsys --app tasks:container schedule add nightly greet '{\"name\": \"Ada\"}' --cron '0 2 * * *'"
)
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Its name in the queue; an old one is replaced.")],
    job_type: Annotated[
        str, typer.Argument(metavar="TYPE", help="The type of its jobs.", autocompletion=job_types)
    ],
    payload: Annotated[str, typer.Argument(metavar="JSON", help="Their fields.")] = "{}",
    cron: Cron = None,
    every: Every = None,
    at: At = None,
    timezone: Zone = "UTC",
    queue: Annotated[
        str | None, typer.Option(help="Another queue than the type's own.", autocompletion=queues)
    ] = None,
    priority: Annotated[str | None, typer.Option(help="critical, high, normal or low.")] = None,
    as_json: Json = False,
) -> None:
    """Store a schedule; its type must be known to the container that --app names."""
    given = cast("Invocation", context.obj)
    rule, fields = _rule(cron, every, at, timezone), json_object(payload)
    schedule_id = given.run(
        lambda jobs: jobs.schedules.add_by_name(
            name, job_type, fields, rule, queue=queue, priority=priority
        )
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
def preview(
    context: typer.Context,
    cron: Cron = None,
    every: Every = None,
    at: At = None,
    timezone: Zone = "UTC",
    count: Annotated[int, typer.Option(min=1, max=1000, help="How many fire times.")] = 5,
    as_json: Json = False,
) -> None:
    """Show when a rule would fire; stores nothing, and needs no backend."""
    given = cast("Invocation", context.obj)
    rule = _rule(cron, every, at, timezone)
    times = given.application().job_service().schedules.preview(rule, count)
    output.print_times(times, timezone, given.as_json or as_json)


def _told(schedule_id: str, outcome: str, as_json: bool) -> None:
    output.print_outcome(schedule_id, outcome, as_json, "schedule_id")


def _rule(cron: str | None, every: str | None, at: str | None, timezone: str) -> ScheduleRule:
    try:
        instant = None if at is None else datetime.fromisoformat(at)
    except ValueError:
        raise InvalidSchedule(
            f"--at {at!r} is no instant: write it as 2030-01-31T02:00:00+01:00"
        ) from None
    return schedule_rule(cron=cron, every=every, at=instant, timezone=timezone)
