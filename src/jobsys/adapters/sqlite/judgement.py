"""What is wrong with a job's row."""

from typing import Final, NamedTuple, cast

from jobsys.adapters.sqlite.rows import (
    DELAYED_PLACE,
    LEVEL_SPAN,
    LEVELS,
    PLACES,
    READY_PLACE,
    SELECT_JOBS,
    STATUSES,
    JobRow,
    record_of,
)
from jobsys.domain.instants import NEVER_MS
from jobsys.domain.mending import unfit
from jobsys.domain.priority import JobPriority
from jobsys.domain.record import CORRUPT, PAYLOAD_MISSING, JobRecord
from jobsys.domain.status import JobStatus, Reason
from jobsys.ports.store_checker import FindingKind

SELECT_ROWS: Final = SELECT_JOBS.replace("SELECT id", "SELECT queue, place, id", 1)
_PLACES: Final = set(PLACES.values())
_INSTANTS: Final = (4, 7, 10, 14, 15)
"""Which columns of a `JobRow` are instants."""
_LAST_MS: Final = 253_402_300_799_999


class Row(NamedTuple):
    """A job's row, and what stands in it of its queue and its place."""

    queue: str
    place: str
    job: JobRow

    @property
    def status(self) -> JobStatus | None:
        """The row's status; None for a word that jobsys does not write."""
        return STATUSES.get(self.job[5])

    @property
    def record(self) -> JobRecord:
        """The record; words and instants that jobsys does not write are read as harmless ones."""
        status = self.status or JobStatus.FAILED
        level = LEVELS.get(self.job[6], JobPriority.NORMAL)
        job = [None if i in _INSTANTS and _is_strange(ms) else ms for i, ms in enumerate(self.job)]
        job[4], job[5], job[6], job[7] = job[4] or 0, status.value, level.value, job[7] or 0
        return record_of(self.queue, cast("JobRow", tuple(job)))

    @property
    def has_strange_instant(self) -> bool:
        """Says whether an instant is none that a calendar has."""
        return any(_is_strange(self.job[i]) for i in _INSTANTS)


def row_of(found: tuple[object, ...]) -> Row:
    """Returns what `SELECT_ROWS` finds of a job."""
    queue, place, *job = found
    return Row(str(queue), str(place), cast("JobRow", tuple(job)))


class Verdict(NamedTuple):
    """What is wrong; `grave` is why the job can only be a dead letter, if it can."""

    kind: FindingKind
    told: str
    grave: Reason | None = None


def verdict_on(row: Row) -> Verdict | None:
    """Returns what is wrong with a row; None where nothing is."""
    word, level = row.job[5:7]
    if row.status is None:
        told = f"the unknown status {word[:80]!r}"
        return Verdict(FindingKind.UNREADABLE_JOB, told, CORRUPT)
    if level not in LEVELS:
        return Verdict(FindingKind.UNREADABLE_JOB, f"the unknown level {level}", CORRUPT)
    if row.has_strange_instant:
        return Verdict(FindingKind.UNREADABLE_JOB, "an instant that no calendar has", CORRUPT)
    return _on_envelope(row) or _on_place(row, row.status)


def _on_envelope(row: Row) -> Verdict | None:
    reason = unfit(row.record)
    if reason is PAYLOAD_MISSING:
        return Verdict(FindingKind.NO_BODY, "its envelope is gone", reason)
    if reason is not None:
        return Verdict(FindingKind.UNREADABLE_JOB, "its envelope cannot be read", reason)
    return None


def _on_place(row: Row, status: JobStatus) -> Verdict | None:
    if row.place not in _PLACES:
        return Verdict(FindingKind.NO_PLACE, f"{status}, but in no place: {row.place[:80]!r}")
    if row.place != PLACES[status]:
        return Verdict(FindingKind.WRONG_PLACE, f"{status}, but in {row.place}")
    score, level, due_ms = row.job[1], row.job[6], row.job[10]
    if row.place == READY_PLACE and (score + LEVEL_SPAN // 2) // LEVEL_SPAN != level:
        return Verdict(FindingKind.WRONG_PLACE, "ready among the jobs of another level")
    due = NEVER_MS if due_ms is None else due_ms
    if row.place == DELAYED_PLACE and score != due:
        return Verdict(FindingKind.WRONG_DUE, f"{status}, due at another time than {due} ms")
    return None


def _is_strange(ms: object) -> bool:
    return isinstance(ms, int) and not 0 <= ms <= _LAST_MS
