"""A job as a row, and what the row means."""

from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Final, TypeAlias

from jobsys.domain.attempt_error import history_in
from jobsys.domain.instants import from_ms, to_ms
from jobsys.domain.job_id import JobId
from jobsys.domain.priority import JobPriority
from jobsys.domain.record import JobRecord, Standing, restored
from jobsys.domain.status import DEAD, DELAYED, DONE, LEASED, READY, JobStatus, Reason
from jobsys.ports.errors import QueueDamaged

READY_PLACE: Final = "ready"
LEASED_PLACE: Final = "leased"
DELAYED_PLACE: Final = "delayed"
DONE_PLACE: Final = "done"
DEAD_PLACE: Final = "dead"

PLACES: Final = {
    **dict.fromkeys(LEASED, LEASED_PLACE),
    **dict.fromkeys(READY, READY_PLACE),
    **dict.fromkeys(DELAYED, DELAYED_PLACE),
    **dict.fromkeys(DEAD, DEAD_PLACE),
    **dict.fromkeys(DONE, DONE_PLACE),
}

# Looked up, because an enum's own `value` takes ten times as long.
WORDS: Final = {status: status.value for status in JobStatus}

LEVEL_SPAN: Final = 2**48
"""A ready job's score is its level times this, plus its position in that level's list."""

SELECT_JOBS: Final = """
    SELECT id, score, key, envelope, created_ms, status, priority, changed_ms, token, lane,
        due_ms, attempts, crashes, alone, started_ms, held_ms, reason, percent, message, result
    FROM jobs """

AMONG: Final = "(SELECT value FROM json_each(?))"

JobRow: TypeAlias = tuple[
    int,
    int,
    str,
    bytes | None,
    int,
    str,
    int,
    int,
    int,
    str,
    int | None,
    int,
    int,
    int,
    int | None,
    int | None,
    str | None,
    int,
    str,
    bytes | None,
]

_Fields: TypeAlias = tuple[
    str, int, int, int, str, int | None, int, int, int, int | None, int | None, str | None, int, str
]

STATUSES: Final = {status.value: status for status in JobStatus}
LEVELS: Final = {level.value: level for level in JobPriority}
_REASONS: Final[dict[str | None, Reason | None]] = {
    None: None,
    **{reason.value: reason for reason in Reason},
}


def record_of(queue: str, row: JobRow) -> JobRecord:
    """Returns a job's record as a claim shows it: without result and errors."""
    return restored(JobId.of(queue, row[2]), row[3], from_ms(row[4]), standing_of(row))


def full_record_of(queue: str, row: JobRow, history: str) -> JobRecord:
    """Returns all that is kept of a job."""
    errors = history_in(history.split("\n"))
    return replace(record_of(queue, row), result_json=row[-1], errors=errors)


def standing_of(row: JobRow) -> Standing:
    """Returns where the row says that the job stands.

    Raises:
        QueueDamaged: the row has a word that jobsys does not write.

    """
    try:
        return _standing(row[5:-1])
    except KeyError as unknown:
        raise QueueDamaged(
            f"the job {row[2]} has the unknown state or level {unknown}"
        ) from unknown


@lru_cache(maxsize=1024)  # jobs that a turn claims for the first time stand alike
def _standing(fields: _Fields) -> Standing:
    status, level, changed, token, lane, due, attempts, crashes, alone = fields[:9]
    started, held, reason, percent, message = fields[9:]
    return Standing(
        status=STATUSES[status],
        priority=LEVELS[level],
        changed_at=from_ms(changed),
        token=token,
        lane=lane,
        due_at=_instant_or_none(due),
        attempts=attempts,
        crashes=crashes,
        alone=bool(alone),
        started_at=_instant_or_none(started),
        held_at=_instant_or_none(held),
        reason=_REASONS.get(reason),  # a later release may know more of them
        percent=percent,
        message=message,
    )


def claimed(row: JobRow, lane: str, now: int) -> JobRow:
    """Returns the row as a claim leaves it."""
    head, (level, _, token, _), middle, tail = row[:5], row[6:10], row[10:14], row[15:]
    return (*head, JobStatus.PROCESSING.value, level, now, token + 1, lane, *middle, now, *tail)


def taken_over(row: JobRow, lane: str) -> JobRow:
    """Returns the row as a takeover of its lease leaves it."""
    return (*row[:8], row[8] + 1, lane, *row[10:])


def ms_or_none(instant: datetime | None) -> int | None:
    """Returns an instant's milliseconds, if there is one."""
    return None if instant is None else to_ms(instant)


def _instant_or_none(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else from_ms(milliseconds)
