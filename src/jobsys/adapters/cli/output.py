"""What the command line prints: tables for people, JSON for programs."""

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

from jobsys.application.views import counts_view, job_view, schedule_view
from jobsys.domain.record import JobRecord
from jobsys.domain.schedule import Schedule
from jobsys.domain.status import JobStatus
from jobsys.ports.job_inspector import Page, QueueCounts

ALWAYS: Final = (JobStatus.QUEUED, JobStatus.PROCESSING, JobStatus.COMPLETED, JobStatus.FAILED)

WIDE: Final = 250

# What reads a pipe needs whole words on whole lines.
console = Console(
    markup=False, highlight=False, emoji=False, width=None if sys.stdout.isatty() else WIDE
)


def print_json(data: object) -> None:
    """Prints one JSON document."""
    sys.stdout.write(json.dumps(data, indent=2) + "\n")


def print_id(job_id: str, as_json: bool) -> None:
    """Prints the id of a job that was submitted."""
    if as_json:
        print_json({"job_id": job_id})
    else:
        sys.stdout.write(f"{job_id}\n")


def print_outcome(named: str, outcome: str, as_json: bool, what: str = "job_id") -> None:
    """Prints what became of a job, or of something else that has an id."""
    if as_json:
        print_json({what: named, "outcome": str(outcome)})
    else:
        sys.stdout.write(f"{named} {outcome}\n")


def print_job(record: JobRecord, as_json: bool) -> None:
    """Prints all that is known of one job."""
    view = job_view(record)
    if as_json:
        print_json(view)
        return
    table = Table(show_header=False, box=None)
    for name, told in view.items():
        if told not in (None, "", []):
            table.add_row(name, _text(told))
    console.print(table)


def print_page(page: Page, as_json: bool) -> None:
    """Prints a list of jobs, and how to see the next page."""
    if as_json:
        print_json({"jobs": [job_view(record) for record in page.records], "next": page.next})
        return
    table = table_of("job", "type", "status", "attempts", "since", "reason")
    for record in page.records:
        standing = record.standing
        table.add_row(
            record.id,
            printable(record.job_type or "?"),
            record.status,
            str(record.attempts),
            f"{standing.changed_at:%Y-%m-%d %H:%M:%S}",
            standing.reason or "",
        )
    console.print(table)
    if page.next:
        console.print(f"more: --after {page.next}")


def print_counts(counts: Mapping[str, QueueCounts], as_json: bool) -> None:
    """Prints how many jobs of each queue stand where."""
    if as_json:
        print_json(counts_view(counts))
        return
    statuses = [s for s in JobStatus if s in ALWAYS or any(one.now[s] for one in counts.values())]
    table = table_of("queue", *statuses, "waiting by level")
    for queue, one in counts.items():
        levels = (f"{level.label} {number}" for level, number in one.waiting.items() if number)
        table.add_row(queue, *(str(one.now[status]) for status in statuses), ", ".join(levels))
    console.print(table)


def print_schedules(schedules: Sequence[Schedule], as_json: bool) -> None:
    """Prints schedules and when each of them fires next."""
    if as_json:
        print_json({"schedules": [schedule_view(schedule) for schedule in schedules]})
        return
    table = table_of("schedule", "type", "rule", "next", "last", "fired")
    for schedule in schedules:
        table.add_row(
            schedule.id,
            printable(schedule.header.type),
            printable(str(schedule.rule)),
            _moment(schedule.next_at) or "paused",
            _moment(schedule.last_at),
            str(schedule.fired),
        )
    console.print(table)


def print_times(times: Sequence[datetime], timezone: str, as_json: bool) -> None:
    """Prints instants, in UTC and as a clock of the time zone shows them."""
    local = [at.astimezone(ZoneInfo(timezone)) for at in times]
    if as_json:
        print_json({"times": [at.isoformat() for at in times]})
        return
    for at, here in zip(times, local, strict=True):
        shown = "" if timezone == "UTC" else f"   {here:%a %Y-%m-%d %H:%M:%S %Z}"
        sys.stdout.write(f"{at:%a %Y-%m-%d %H:%M:%S} UTC{shown}\n")


def _moment(instant: datetime | None) -> str:
    return "" if instant is None else f"{instant:%Y-%m-%d %H:%M:%S}"


def table_of(*columns: str) -> Table:
    """Returns an empty table that folds long words, save those of its first column."""
    table = Table()
    for number, column in enumerate(columns):
        table.add_column(column, overflow="fold", no_wrap=number == 0)
    return table


def _text(told: object) -> str:
    is_plain = isinstance(told, (str, int))
    return printable(str(told) if is_plain else json.dumps(told, indent=2, ensure_ascii=False))


def printable(text: str) -> str:
    r"""Returns text that cannot steer a terminal: control characters are spelled out.

    >>> printable("red \x1b[31m alert")
    'red \\x1b[31m alert'
    """
    return "".join(c if c.isprintable() or c == "\n" else f"\\x{ord(c):02x}" for c in text)
