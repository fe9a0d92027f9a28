"""The state machine of a job, written once: every move that exists, and nothing else."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from jobsys.domain.errors import IllegalTransition


class _Word(StrEnum):
    """A word that is looked up per job: it hashes as its text, which an enum's own way is not."""

    __hash__ = str.__hash__


class JobStatus(_Word):
    """Where a job stands."""

    SCHEDULED = "scheduled"
    QUEUED = "queued"
    BLOCKED = "blocked"
    PROCESSING = "processing"
    CANCELLING = "cancelling"
    RETRYING = "retrying"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        """True when no worker will touch the job again, unless somebody replays it."""
        return self in FINAL

    @property
    def is_leased(self) -> bool:
        """True when a worker owns the job."""
        return self in LEASED


class JobEvent(_Word):
    """What can happen to a job."""

    SUBMITTED = "submitted"
    PARENTS_DONE = "parents done"
    PARENT_FAILED = "parent failed"
    CANCEL = "cancel"
    REPLACED = "replaced"
    DUE = "due"
    RESCHEDULED = "rescheduled"
    REPRIORITISED = "reprioritised"
    CLAIMED = "claimed"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    SNOOZED = "snoozed"
    HELD = "held"
    UNROUTABLE = "unroutable"
    CORRUPT = "corrupt"
    EXPIRED = "expired"
    DISCARDED = "discarded"
    RELEASED = "released"
    LEASE_EXPIRED = "lease expired"
    REPLAYED = "replayed"
    RETENTION_OVER = "retention over"
    DELETED = "deleted"


class Reason(_Word):
    """Why a job stands where it stands, where the state alone does not say it."""

    REQUESTED = "requested"
    PARENT = "parent"
    SUPERSEDED = "superseded"
    EXHAUSTED = "exhausted"
    NOT_RETRYABLE = "not_retryable"
    SNOOZED = "snoozed"
    CIRCUIT = "circuit"
    UNROUTABLE = "unroutable"
    CORRUPT = "corrupt"
    PAYLOAD_MISSING = "payload_missing"
    EXPIRED = "expired"
    DISCARDED = "discarded"
    POISON = "poison"
    PAUSED = "paused"


SCHEDULED, QUEUED, BLOCKED = JobStatus.SCHEDULED, JobStatus.QUEUED, JobStatus.BLOCKED
PROCESSING, CANCELLING = JobStatus.PROCESSING, JobStatus.CANCELLING
RETRYING, COMPLETED = JobStatus.RETRYING, JobStatus.COMPLETED
FAILED, CANCELLED = JobStatus.FAILED, JobStatus.CANCELLED

READY: Final = frozenset({QUEUED})
DELAYED: Final = frozenset({SCHEDULED, RETRYING, BLOCKED})
LEASED: Final = frozenset({PROCESSING, CANCELLING})
DONE: Final = frozenset({COMPLETED, CANCELLED})
DEAD: Final = frozenset({FAILED})
FINAL: Final = DONE | DEAD
WAITING: Final = READY | DELAYED
REPLAYABLE: Final = frozenset({FAILED, CANCELLED})


class Row(NamedTuple):
    """One move: from any of `sources`, `event` leads to `target` (None: the record is gone).

    `attempts` and `crashes` are added to the job's counters; `clears_crashes` sets its crashes to
    nought first, `starts_over` both counters and the result.
    """

    sources: tuple[JobStatus | None, ...]
    event: JobEvent
    target: JobStatus | None
    attempts: int = 0
    crashes: int = 0
    clears_crashes: bool = False
    starts_over: bool = False


TRANSITIONS: Final[tuple[Row, ...]] = (
    Row((None,), JobEvent.SUBMITTED, QUEUED),
    Row((None,), JobEvent.SUBMITTED, SCHEDULED),
    Row((None,), JobEvent.SUBMITTED, BLOCKED),
    Row((BLOCKED,), JobEvent.PARENTS_DONE, QUEUED),
    Row((BLOCKED,), JobEvent.PARENTS_DONE, SCHEDULED),
    Row((BLOCKED,), JobEvent.PARENT_FAILED, CANCELLED),
    Row((BLOCKED, SCHEDULED, QUEUED, RETRYING), JobEvent.CANCEL, CANCELLED),
    Row((SCHEDULED, QUEUED), JobEvent.REPLACED, CANCELLED),
    Row((SCHEDULED, RETRYING), JobEvent.DUE, QUEUED),
    Row((SCHEDULED, RETRYING, QUEUED), JobEvent.RESCHEDULED, SCHEDULED),
    Row((SCHEDULED, RETRYING, QUEUED), JobEvent.RESCHEDULED, QUEUED),
    Row((BLOCKED,), JobEvent.REPRIORITISED, BLOCKED),
    Row((SCHEDULED,), JobEvent.REPRIORITISED, SCHEDULED),
    Row((RETRYING,), JobEvent.REPRIORITISED, RETRYING),
    Row((QUEUED,), JobEvent.REPRIORITISED, QUEUED),
    Row((QUEUED,), JobEvent.CLAIMED, PROCESSING),
    Row((PROCESSING,), JobEvent.SUCCEEDED, COMPLETED),
    Row((PROCESSING,), JobEvent.FAILED, RETRYING, attempts=1, clears_crashes=True),
    Row((PROCESSING,), JobEvent.FAILED, FAILED, attempts=1),
    Row((PROCESSING,), JobEvent.SNOOZED, SCHEDULED, clears_crashes=True),
    Row((PROCESSING,), JobEvent.HELD, SCHEDULED),
    Row((PROCESSING,), JobEvent.UNROUTABLE, FAILED),
    Row((PROCESSING,), JobEvent.CORRUPT, FAILED),
    Row((PROCESSING,), JobEvent.EXPIRED, CANCELLED),
    Row((PROCESSING,), JobEvent.DISCARDED, CANCELLED),
    Row((PROCESSING,), JobEvent.RELEASED, QUEUED),
    Row((PROCESSING,), JobEvent.CANCEL, CANCELLING),
    Row((PROCESSING,), JobEvent.LEASE_EXPIRED, QUEUED, crashes=1),
    Row((PROCESSING,), JobEvent.LEASE_EXPIRED, FAILED, crashes=1),
    Row((CANCELLING,), JobEvent.SUCCEEDED, COMPLETED),
    Row((CANCELLING,), JobEvent.FAILED, CANCELLED),
    Row((CANCELLING,), JobEvent.SNOOZED, CANCELLED),
    Row((CANCELLING,), JobEvent.HELD, CANCELLED),
    Row((CANCELLING,), JobEvent.UNROUTABLE, CANCELLED),
    Row((CANCELLING,), JobEvent.CORRUPT, CANCELLED),
    Row((CANCELLING,), JobEvent.EXPIRED, CANCELLED),
    Row((CANCELLING,), JobEvent.DISCARDED, CANCELLED),
    Row((CANCELLING,), JobEvent.RELEASED, CANCELLED),
    Row((CANCELLING,), JobEvent.LEASE_EXPIRED, CANCELLED),
    Row((CANCELLING,), JobEvent.CANCEL, CANCELLING),
    Row((FAILED, CANCELLED), JobEvent.REPLAYED, QUEUED, starts_over=True),
    Row((COMPLETED, CANCELLED, FAILED), JobEvent.RETENTION_OVER, None),
    Row(
        (BLOCKED, SCHEDULED, QUEUED, RETRYING, COMPLETED, FAILED, CANCELLED),
        JobEvent.DELETED,
        None,
    ),
)

_INDEX: Final[Mapping[tuple[JobStatus | None, JobEvent], tuple[Row, ...]]] = {
    (source, event): tuple(r for r in TRANSITIONS if source in r.sources and r.event is event)
    for source in (None, *JobStatus)
    for event in JobEvent
}


def rows_for(event: JobEvent) -> Iterator[Row]:
    """Yields every row of the table that `event` can take."""
    return (row for row in TRANSITIONS if row.event is event)


def next_row(source: JobStatus | None, event: JobEvent, target: JobStatus | None = None) -> Row:
    """Returns the move that `event` makes from `source`; `target` chooses where there are several.

    >>> next_row(JobStatus.PROCESSING, JobEvent.SUCCEEDED).target
    <JobStatus.COMPLETED: 'completed'>

    Raises:
        IllegalTransition: the table has no such move.

    """
    rows = _INDEX[source, event]
    for row in rows:
        if target is None or row.target is target or len(rows) == 1:
            return row
    raise IllegalTransition(f"a {source or 'new'} job does not take the event {event!r}")
