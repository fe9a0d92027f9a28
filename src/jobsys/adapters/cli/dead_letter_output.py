"""What `jobsys dlq` prints: tables for people, JSON for programs."""

from typing import Final

from jobsys.adapters.cli.output import moment, print_json, show
from jobsys.adapters.cli.table import Table
from jobsys.application.dead_letter_moves import DeadLetterSweep
from jobsys.application.dead_letter_search import DeadLetterSummary
from jobsys.application.views import dead_letter_view, summary_view
from jobsys.domain.attempt_error import clipped, last_failure
from jobsys.domain.record import JobRecord
from jobsys.domain.redaction import redacted
from jobsys.ports.job_inspector import Page

LONGEST: Final = 120


def print_dead_letters(page: Page, as_json: bool) -> None:
    """Prints a page of dead letters, and how to see the next one."""
    if as_json:
        letters = [dead_letter_view(record) for record in page.records]
        print_json({"dead_letters": letters, "next": page.next})
        return
    rows = [
        (
            record.id,
            record.job_type or "?",
            moment(record.standing.changed_at),
            str(record.attempts),
            record.standing.reason or "",
            _error(record),
        )
        for record in page.records
    ]
    show(Table(("job", "type", "failed", "attempts", "reason", "last error"), rows))
    if page.next:
        show(f"more: --after {page.next}")


def print_summary(summary: DeadLetterSummary, as_json: bool) -> None:
    """Prints one line for the dead letters of each cause."""
    if as_json:
        print_json(summary_view(summary))
        return
    rows = [
        (
            str(group.count),
            group.cause.queue,
            group.cause.job_type or "?",
            group.cause.reason or "",
            group.cause.error,
            moment(group.last_at),
            group.example,
            _line(group.message),
        )
        for group in summary.groups
    ]
    columns = ("count", "queue", "type", "reason", "error", "last", "newest", "its error")
    show(Table(columns, rows, (str(summary.total), "", "", "", "", "", "", "")))
    if summary.more:
        show("there are more that were not counted: narrow it by --queue, --type or --since")


def print_sweep(sweep: DeadLetterSweep, done: str, as_json: bool, *, dry_run: bool) -> None:
    """Prints what became of many dead letters, or how many would be meant."""
    if as_json:
        told = {"matched": sweep.matched, done: sweep.done, "more": sweep.more}
        outcomes = {job_id: outcome.value for job_id, outcome in sweep.outcomes.items()}
        print_json({**told, "dry_run": dry_run, "outcomes": outcomes})
        return
    if dry_run:
        show(f"{sweep.matched} would be {done}; nothing was changed")
    else:
        show(f"{sweep.done} of {sweep.matched} {done}")
    if sweep.more:
        show("there are more: say it again, or raise --limit")


def _error(record: JobRecord) -> str:
    error = last_failure(record.errors)
    return "" if error is None else _line(f"{error.type}: {error.message}")


def _line(text: str) -> str:
    return clipped(redacted(" ".join(text.split())), LONGEST)
