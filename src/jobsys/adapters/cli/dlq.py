"""The verbs of `jobsys dlq`."""

import sys
from collections.abc import Sequence
from functools import partial
from typing import Annotated, Final, cast

import typer

from jobsys.adapters.cli import dead_letter_output as output
from jobsys.adapters.cli.completion import job_types
from jobsys.adapters.cli.dead_letter_options import check_meant, filtered
from jobsys.adapters.cli.invocation import Invocation, Json, agree, json_object
from jobsys.adapters.cli.output import print_outcome, print_view
from jobsys.adapters.cli.progress import progress
from jobsys.application.dead_letter_moves import DeadLetterOutcome, DeadLetterSweep, Progress
from jobsys.application.dead_letters import MOST_AT_ONCE, MOST_COUNTED, DeadLetterBook
from jobsys.application.service import BackgroundJobService
from jobsys.application.views import dead_letter_view
from jobsys.domain.dead_letter import DeadLetterFilter
from jobsys.domain.errors import InvalidJob, PayloadChanged
from jobsys.domain.record import JobRecord
from jobsys.domain.redaction import redacted

JobIdText = Annotated[str, typer.Argument(metavar="ID", help="The job's id, as queue:key.")]
JobIdTexts = Annotated[list[str] | None, typer.Argument(metavar="ID", help="Which, as queue:key.")]
Every = Annotated[bool, typer.Option("--all", help="All that there are.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only count them.")]
Most = Annotated[int, typer.Option(min=1, help="How many at most.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]

_WHY: Final = {
    DeadLetterOutcome.NOT_FOUND: "there is no such job",
    DeadLetterOutcome.TOO_LATE: "it has neither failed nor been cancelled",
    DeadLetterOutcome.DUPLICATE: "it must be unique, and another of its kind is there",
}

dlq = typer.Typer(help="Look at dead letters, edit, replay and remove them.", no_args_is_help=True)


@dlq.command("list", epilog="Example: jobsys dlq list --queue mails --error SMTPException")
@filtered
def list_dead_letters(
    context: typer.Context,
    wanted: DeadLetterFilter,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 50,
    after: Annotated[str | None, typer.Option(help="Where the page before ended.")] = None,
    as_json: Json = False,
) -> None:
    """List dead letters, with the last error of each."""
    given = cast("Invocation", context.obj)
    page = given.run(lambda jobs: jobs.dead_letters.find(wanted, limit=limit, after=after))
    output.print_dead_letters(page, given.as_json or as_json)


@dlq.command(epilog="Example: jobsys dlq summary --queue mails")
@filtered
def summary(
    context: typer.Context,
    wanted: DeadLetterFilter,
    limit: Most = MOST_COUNTED,
    as_json: Json = False,
) -> None:
    """Count dead letters by queue, type, reason and error: one line for each cause."""
    given = cast("Invocation", context.obj)
    found = given.run(lambda jobs: jobs.dead_letters.summary(wanted, limit=limit))
    output.print_summary(found, given.as_json or as_json)


@dlq.command(epilog="Example: jobsys dlq show default:01a2")
def show(context: typer.Context, job_id: JobIdText, as_json: Json = False) -> None:
    """Show all that is known of a dead letter, and the revision of its payload."""
    given = cast("Invocation", context.obj)
    record = given.run(lambda jobs: jobs.get(job_id))
    print_view(dead_letter_view(record), given.as_json or as_json)


@dlq.command(epilog="Example: jobsys dlq replay --queue mails --error SMTPException --dry-run")
@filtered
def replay(
    context: typer.Context,
    wanted: DeadLetterFilter,
    job_ids: JobIdTexts = None,
    every: Every = False,
    limit: Most = MOST_AT_ONCE,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Put dead letters back into their queues; exit code 1 if one that was named is none."""
    given = cast("Invocation", context.obj)
    check_meant(wanted, every, job_ids or [])
    if job_ids and dry_run:
        raise InvalidJob("--dry-run counts what a filter means: leave it or the ids out")

    with progress() as tell:
        told = partial(tell, "replaying")
        sweep = given.run(
            lambda jobs: (
                _replayed(jobs.dead_letters, job_ids, told)
                if job_ids
                else jobs.dead_letters.replay_matching(
                    wanted, limit=limit, dry_run=dry_run, progress=told
                )
            )
        )
    output.print_sweep(sweep, "replayed", given.as_json or as_json, dry_run=dry_run)
    if job_ids:
        _check_replayed(sweep)


@dlq.command(epilog='Example: jobsys dlq edit default:01a2 \'{"name": "Ada"}\' --revision 1b2c…')
def edit(
    context: typer.Context,
    job_id: JobIdText,
    payload: Annotated[str, typer.Argument(metavar="JSON", help="Its new fields.")],
    job_type: Annotated[
        str | None,
        typer.Option("--type", help="Its type, where it cannot be read.", autocompletion=job_types),
    ] = None,
    revision: Annotated[
        str | None, typer.Option(help="What `dlq show` showed: refuses if it was edited since.")
    ] = None,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Give a dead letter other fields; its type must be known to the container of --app."""
    given = cast("Invocation", context.obj)
    fields = json_object(payload)

    async def edited(jobs: BackgroundJobService) -> None:
        record = await jobs.get(job_id)
        _agree_to_edit(record, revision, yes)
        letters, seen = jobs.dead_letters, record.payload
        await letters.edit(job_id, fields, seen=seen, job_type=job_type)

    given.run(edited)
    print_outcome(job_id, "edited", given.as_json or as_json)


@dlq.command(epilog="Example: jobsys dlq purge --until 2030-01-01T00:00:00+00:00 --dry-run")
@filtered
def purge(
    context: typer.Context,
    wanted: DeadLetterFilter,
    every: Every = False,
    limit: Most = MOST_AT_ONCE,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Remove dead letters for good; asks before it does."""
    given = cast("Invocation", context.obj)
    check_meant(wanted, every)

    async def purged(jobs: BackgroundJobService) -> DeadLetterSweep:
        meant = await jobs.dead_letters.purge(wanted, limit=limit)
        if dry_run or not meant.matched:
            return meant
        agree(f"Remove {meant.matched} dead letters for good?", yes)
        with progress() as tell:
            told, letters = partial(tell, "removing"), jobs.dead_letters
            return await letters.purge(wanted, limit=limit, dry_run=False, progress=told)

    sweep = given.run(purged)
    output.print_sweep(sweep, "removed", given.as_json or as_json, dry_run=dry_run)


async def _replayed(
    letters: DeadLetterBook, job_ids: Sequence[str], told: Progress
) -> DeadLetterSweep:
    outcomes = await letters.replay_many(job_ids, progress=told)
    return DeadLetterSweep(len(outcomes), False, outcomes)


def _check_replayed(sweep: DeadLetterSweep) -> None:
    """Returns if each job that was named is replayed; else tells why not, and ends with 1."""
    for job_id, outcome in sweep.outcomes.items():
        if outcome in _WHY:
            sys.stderr.write(f"jobsys: {job_id} is not replayed: {_WHY[outcome]}\n")
    if sweep.done < sweep.matched:
        raise typer.Exit(1)


def _agree_to_edit(record: JobRecord, revision: str | None, yes: bool) -> None:
    """Returns if the editor has seen the payload that is replaced, or does not care."""
    if revision is None:
        agree(f"Replace {redacted(record.payload.decode(errors='backslashreplace'))}?", yes)
    elif revision != record.payload.revision:
        raise PayloadChanged(
            f"job {record.id} has the revision {record.payload.revision} by now, not {revision}:"
            f" look at it again with: jobsys dlq show {record.id}"
        )
