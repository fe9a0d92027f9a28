"""What the command line prints: tables for people, JSON for programs."""

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from jobsys.adapters.cli.table import Table
from jobsys.application.fire_times import FireTime
from jobsys.application.views import counts_view, fire_time_view, job_view, schedule_view
from jobsys.domain.record import JobRecord
from jobsys.domain.schedule import Schedule
from jobsys.domain.status import JobStatus
from jobsys.ports.job_inspector import Page, QueueCounts

ALWAYS: Final = (JobStatus.QUEUED, JobStatus.PROCESSING, JobStatus.COMPLETED, JobStatus.FAILED)


def show(told: Table | str) -> None:
    """Prints a table or a line for people."""
    from jobsys.adapters.cli.screen import shown  # noqa: PLC0415 (it costs more than a worker needs)

    shown(told)


def note(told: str) -> None:
    """Tells those who look on something beside what was asked; programs read on undisturbed."""
    sys.stderr.write(f"note: {told}\n")


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
    """Prints what became of a job, or of something else that has an id; programs are told one word."""
    if as_json:
        print_json({what: named, "outcome": str(outcome)})
    else:
        sys.stdout.write(f"{named} {spaced(outcome)}\n")


def print_job(record: JobRecord, as_json: bool) -> None:
    """Prints all that is known of one job."""
    print_view(job_view(record), as_json)


def print_view(view: Mapping[str, object], as_json: bool) -> None:
    """Prints what is known of one thing, a line for each of its names that has a value."""
    if as_json:
        print_json(view)
        return
    rows = [(name, _text(told)) for name, told in view.items() if told not in (None, "", [])]
    show(Table((), rows))


def print_page(page: Page, as_json: bool) -> None:
    """Prints a list of jobs, and how to see the next page."""
    if as_json:
        print_json({"jobs": [job_view(record) for record in page.records], "next": page.next})
        return
    rows = [
        (
            record.id,
            record.job_type or "?",
            record.status,
            str(record.attempts),
            moment(record.standing.changed_at),
            record.standing.reason or "",
        )
        for record in page.records
    ]
    show(Table(("job", "type", "status", "attempts", "since", "reason"), rows))
    if page.next:
        show(f"more: --after {page.next}")


def print_counts(counts: Mapping[str, QueueCounts], as_json: bool) -> None:
    """Prints how many jobs of each queue stand where."""
    if as_json:
        print_json(counts_view(counts))
        return
    statuses = [s for s in JobStatus if s in ALWAYS or any(one.now[s] for one in counts.values())]
    rows = list[Sequence[str]]()
    for queue, one in counts.items():
        levels = (f"{level.label} {number}" for level, number in one.waiting.items() if number)
        rows.append((queue, *(str(one.now[status]) for status in statuses), ", ".join(levels)))
    show(Table(("queue", *statuses, "waiting by level"), rows))


def print_schedules(schedules: Sequence[Schedule], as_json: bool) -> None:
    """Prints schedules and when each of them fires next."""
    if as_json:
        print_json({"schedules": [schedule_view(schedule) for schedule in schedules]})
        return
    rows = [
        (
            schedule.id,
            schedule.header.type,
            str(schedule.rule),
            moment(schedule.next_at) or ("over" if schedule.is_over else "paused"),
            moment(schedule.last_at),
            str(schedule.fired),
            str(schedule.policy),
        )
        for schedule in schedules
    ]
    show(Table(("schedule", "type", "rule", "next", "last", "fired", "policy"), rows))


def print_times(times: Sequence[FireTime], as_json: bool) -> None:
    """Prints instants, in UTC and as a clock of the time zone shows them, and what it does there."""
    if as_json:
        print_json({"times": [fire_time_view(time) for time in times]})
        return
    for time in times:
        is_utc = str(time.local.tzinfo) == "UTC"
        local = "" if is_utc else f"   {time.local:%a %Y-%m-%d %H:%M:%S %Z}"
        note = f"   {time.note}" if time.note else ""
        sys.stdout.write(f"{time.at:%a %Y-%m-%d %H:%M:%S} UTC{local}{note}\n")


def spaced(word: str) -> str:
    """Returns a word that programs compare as people read it."""
    return word.replace("_", " ")


def moment(instant: datetime | None) -> str:
    """Returns an instant as people are shown it, in UTC; nothing for none."""
    return "" if instant is None else f"{instant.astimezone(UTC):%Y-%m-%d %H:%M:%SZ}"


def _text(told: object) -> str:
    is_plain = isinstance(told, (str, int))
    return str(told) if is_plain else json.dumps(told, indent=2, ensure_ascii=False)
