"""The verbs of `jobsys queue`."""

import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Annotated, TypeVar, cast

import typer

from jobsys.adapters.cli import output
from jobsys.adapters.cli.completion import job_types
from jobsys.adapters.cli.completion import queues as queue_names
from jobsys.adapters.cli.invocation import Invocation, Json, agree
from jobsys.adapters.cli.progress import progress
from jobsys.adapters.cli.queue_rows import policy_told, rows
from jobsys.adapters.cli.table import Table
from jobsys.application.queues import TO_PURGE
from jobsys.application.service import BackgroundJobService
from jobsys.application.views import policy_view, queue_view
from jobsys.domain.errors import JobsysError
from jobsys.domain.queue_policy import PolicyChange
from jobsys.domain.status import JobStatus

T = TypeVar("T")

Name = Annotated[str, typer.Argument(metavar="QUEUE", autocompletion=queue_names)]
OfType = Annotated[
    str | None, typer.Option("--type", help="Only jobs of this type.", autocompletion=job_types)
]

queues = typer.Typer(help="Hold queues, bound them, empty them.", no_args_is_help=True)


@queues.command("list")
def list_queues(context: typer.Context, as_json: Json = False) -> None:
    """List the queues: how many jobs wait and run, and what was set."""
    given = cast("Invocation", context.obj)
    found = given.run(lambda jobs: jobs.queues.find())
    if given.as_json or as_json:
        output.print_json({"queues": {name: queue_view(one) for name, one in found.items()}})
    else:
        output.show(Table(("queue", "waiting", "running", "dead", "policy"), rows(found)))


@queues.command("set", epilog="Example: jobsys queue set mails --max-jobs 5000 --age-after 30s")
def set_policy(
    context: typer.Context,
    queue: Name,
    max_jobs: Annotated[
        int | None, typer.Option(min=0, help="How many jobs may wait; 0: any number.")
    ] = None,
    wait_for_room: Annotated[
        str | None, typer.Option(help="How long a submit to a full queue waits: 5s; 0s: not.")
    ] = None,
    age_after: Annotated[
        str | None,
        typer.Option(help="After how long a job of a lower level gets its share: 30s; 0s: never."),
    ] = None,
    closed: Annotated[
        bool | None, typer.Option("--closed/--open", help="Whether new jobs are refused.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Set what is named of a queue; the rest stays. Without options, show what holds."""
    given = cast("Invocation", context.obj)
    bounds = {"max_jobs": max_jobs, "wait_for_room": wait_for_room}
    said = {**bounds, "age_after": age_after, "closed": closed}
    changes = cast("PolicyChange", {k: v for k, v in said.items() if v is not None})
    if age_after == "0s":
        changes["age_after"] = None
    policy = _done_to(queue, given, lambda jobs: jobs.queues.configure(queue, **changes))
    shown = policy_told(policy) or "has no policy"
    outcome = "set" if changes else "shown"
    _print(queue, outcome, shown, given.as_json or as_json, policy=policy_view(policy))


@queues.command(epilog="Example: jobsys queue pause mails --type newsletter")
def pause(
    context: typer.Context, queue: Name, job_type: OfType = None, as_json: Json = False
) -> None:
    """Begin none of a queue's jobs any more, or none of a type; new ones still come in."""
    given = cast("Invocation", context.obj)
    _done_to(queue, given, lambda jobs: jobs.queues.pause(queue, job_type=job_type))
    told = _with("paused", job_type)
    _print(queue, "paused", told, given.as_json or as_json, job_type=job_type)
    if job_type:
        verb = f"jobsys queue purge {queue} --type {job_type}"
        output.note(f"what waits of it stays until it is resumed; {verb} removes it")


@queues.command(epilog="Example: jobsys queue resume mails")
def resume(
    context: typer.Context, queue: Name, job_type: OfType = None, as_json: Json = False
) -> None:
    """Let a paused queue, or a type in it, go on."""
    given = cast("Invocation", context.obj)

    async def left(jobs: BackgroundJobService) -> Sequence[str]:
        await jobs.queues.resume(queue, job_type=job_type)
        return sorted((await jobs.queues.policy(queue)).paused_types)

    still = _done_to(queue, given, left)
    if still:
        output.note(f"types that are still held back: {' '.join(still)} (--app knows their names)")
    told = _with("resumed", job_type)
    _print(queue, "resumed", told, given.as_json or as_json, job_type=job_type, held_back=still)


@queues.command(epilog="Example: jobsys queue drain mails --wait 10m")
def drain(
    context: typer.Context,
    queue: Name,
    wait: Annotated[
        str | None, typer.Option(metavar="DURATION", help="Wait at most so long for its last job.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Close a queue to new jobs and wait until it is empty; `queue set QUEUE --open` reopens it."""
    given = cast("Invocation", context.obj)
    try:
        _done_to(queue, given, lambda jobs: jobs.queues.drain(queue, wait))
    except TimeoutError:
        _print(queue, "not_drained", "closed, not empty yet", given.as_json or as_json)
        raise typer.Exit(1) from None
    _print(queue, "drained", "closed and empty", given.as_json or as_json)


@queues.command(epilog="Example: jobsys queue purge mails --type newsletter --dry-run")
def purge(
    context: typer.Context,
    queue: Name,
    job_type: OfType = None,
    status: Annotated[
        list[JobStatus] | None, typer.Option(help="Only jobs that stand here; else all that wait.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count them, remove none.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Json = False,
) -> None:
    """Remove the jobs of a queue that wait; they are gone for good."""
    given = cast("Invocation", context.obj)
    statuses = status or TO_PURGE
    agree(f"Remove the {', '.join(statuses)} jobs of {queue} for good?", dry_run or yes)

    async def removed(jobs: BackgroundJobService) -> int:
        asked = jobs.queues.purge(queue, job_type=job_type, statuses=statuses, dry_run=dry_run)
        total = 0
        with progress() as tell:
            async for number in asked:
                tell("removing", total := total + number, None)
        return total

    number = _done_to(queue, given, removed)
    told = f"{number} jobs {'would be ' if dry_run else ''}removed"
    outcome = "counted" if dry_run else "removed"
    _print(queue, outcome, told, given.as_json or as_json, jobs=number)


def _done_to(
    queue: str, given: Invocation, act: Callable[[BackgroundJobService], Awaitable[T]]
) -> T:
    """Returns what acting on a queue gave, and notes it where no job was ever in that queue."""

    async def done(jobs: BackgroundJobService) -> T:
        given_back = await act(jobs)
        with suppress(JobsysError):  # it is done, whatever the look says
            counts = (await jobs.counts()).get(queue)
            if counts is None or not any(counts.ever.values()):
                output.note(f"no job has ever been in queue {queue!r}")
        return given_back

    return given.run(done)


def _print(queue: str, outcome: str, told: str, as_json: bool, **details: object) -> None:
    """Prints what became of a queue: a sentence for people, a word and its details for programs."""
    if as_json:
        output.print_json({"queue": queue, "outcome": outcome, **details})
    else:
        sys.stdout.write(f"{queue} {told}\n")


def _with(outcome: str, job_type: str | None) -> str:
    return outcome if job_type is None else f"{outcome} for {job_type}"
