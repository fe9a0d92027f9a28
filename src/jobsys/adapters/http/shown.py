"""What of a job is shown to whom: what is not is covered before anything is made of it."""

from dataclasses import replace
from typing import Final

from jobsys.adapters.http.desk import Ask
from jobsys.application.views import dead_letter_view, job_view, schedule_view
from jobsys.domain.attempt_error import AttemptError
from jobsys.domain.payload import JobPayload
from jobsys.domain.record import JobRecord
from jobsys.domain.schedule import Schedule

HIDDEN: Final = "[hidden]"
"""What stands in the place of what this role is not shown."""
LEFT_OUT: Final = "[ask for this one alone]"
"""What stands in a list in the place of what would make it long."""
LARGEST_LISTED: Final = 4 * 1024
"""The largest payload or result, in bytes, that a list shows."""


def shown_job(ask: Ask, record: JobRecord, *, listed: bool = False) -> dict[str, object]:
    """Returns a job as JSON values, as far as it is shown to who asks, and in a list."""
    return job_view(_covered(ask, record, listed=listed))


def shown_dead_letter(ask: Ask, record: JobRecord, *, listed: bool = False) -> dict[str, object]:
    """Returns a dead letter as JSON values, as far as it is shown to who asks, and in a list."""
    view = dead_letter_view(_covered(ask, record, listed=listed))
    return {**view, "revision": record.payload.revision if ask.sees_payloads else HIDDEN}


def shown_schedule(ask: Ask, schedule: Schedule, *, listed: bool = False) -> dict[str, object]:
    """Returns a schedule as JSON values, as far as it is shown to who asks, and in a list."""
    cover = _cover(ask, schedule.payload, listed=listed)
    return schedule_view(replace(schedule, payload=JobPayload(cover)))


def _covered(ask: Ask, record: JobRecord, *, listed: bool) -> JobRecord:
    result = record.result_json
    return replace(
        record,
        payload=JobPayload(_cover(ask, record.payload, listed=listed)),
        result_json=None if result is None else _cover(ask, result, listed=listed),
        errors=tuple(_told(ask, error, listed=listed) for error in record.errors),
    )


def _cover(ask: Ask, raw: bytes, *, listed: bool) -> bytes:
    """Returns JSON bytes as they are, or a JSON text in their place."""
    if not ask.sees_payloads:
        return f'"{HIDDEN}"'.encode()
    return f'"{LEFT_OUT}"'.encode() if listed and len(raw) > LARGEST_LISTED else raw


def _told(ask: Ask, error: AttemptError, *, listed: bool) -> AttemptError:
    """Returns a line of a history without its traceback, or without a payload that was replaced."""
    hidden = LEFT_OUT if ask.sees_payloads else HIDDEN
    if ask.sees_payloads and not listed:
        return error
    if error.tells_of_edit:
        return error.model_copy(update={"message": hidden})
    return error.model_copy(update={"traceback": hidden}) if error.traceback else error
