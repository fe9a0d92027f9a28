"""A move that an operator or a caller asks for, of a job that no worker holds for it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache

from jobsys.domain.errors import InvalidJob
from jobsys.domain.instants import NEVER_MS, due_ms, from_ms, span_ms, to_ms
from jobsys.domain.job_id import JobId
from jobsys.domain.priority import JobPriority
from jobsys.domain.record import Standing
from jobsys.domain.retention import FOR_EVER
from jobsys.domain.status import LEASED, JobEvent, JobStatus, Reason, Row, rows_for
from jobsys.domain.unique import UniqueClaim
from jobsys.domain.value import value


@value
class Move:
    """Cancel, replay, reschedule, reprioritise, release of a blocked job, or delete.

    `target` chooses where an event has several; `due` is when a job that enters SCHEDULED is due,
    as an instant or as a delay from the backend's now; `keep_for` is how long a job that ends by
    this move is kept; `source` is the one state from which it may be made, where not all will do.
    `unique` is asked for by one that comes back, and refused where another job keeps it out.

    Raises:
        InvalidJob: the move enters SCHEDULED without `due`, or has `due` and does not enter it.

    """

    job_id: JobId
    event: JobEvent
    target: JobStatus | None = None
    due: timedelta | datetime | None = None
    priority: JobPriority | None = None
    reason: Reason | None = None
    keep_for: timedelta = FOR_EVER
    unique: UniqueClaim | None = None
    source: JobStatus | None = None

    def __post_init__(self) -> None:
        if (self.due is not None) is not _enters_scheduled(self.event, self.target):
            says = (
                "says no time, and needs one" if self.due is None else "says a time, and has none"
            )
            raise InvalidJob(f"the move {self.event.value!r} of the job {self.job_id} {says}")

    @property
    def rows(self) -> Mapping[JobStatus, Row]:
        """What the move does from each state that takes it; every other state refuses it."""
        return _rows(self.event, self.target, self.source)

    def standing_after(self, before: Standing, row: Row, now: int) -> Standing:
        """Returns where the job stands once it moved by one of `rows` at `now`, in milliseconds.

        A job whose worker is asked to stop changes its state alone: it stays leased.
        """
        target = row.target or before.status
        if target in LEASED:
            return replace(before, status=target)
        stays = target is before.status and self.due is None
        kept_due = before.due_at if stays else None
        after = replace(
            before,
            status=target,
            priority=self.priority or before.priority,
            changed_at=from_ms(now),
            lane="",
            due_at=kept_due if self.due is None else from_ms(due_ms(self.due, now)),
            reason=before.reason if stays else self.reason,
        )
        if row.starts_over:
            after = replace(after, attempts=0, crashes=0, held_at=None, percent=0, message="")
        return after

    def stays_until(self, after: Standing, now: int) -> int:
        """Returns until when the job stays where it is `after` the move, in milliseconds.

        A delayed job stays until it is due, an ended one as long as it is kept.
        """
        if after.status is JobStatus.BLOCKED:
            return NEVER_MS
        return to_ms(after.due_at) if after.due_at else now + span_ms(self.keep_for)


@lru_cache
def _rows(
    event: JobEvent, target: JobStatus | None, only: JobStatus | None = None
) -> Mapping[JobStatus, Row]:
    found: dict[JobStatus, Row] = {}
    for row in rows_for(event):
        for source in row.sources:
            if source is not None and (source not in found or row.target is target):
                found[source] = row
    return {source: row for source, row in found.items() if only in (None, source)}


@lru_cache
def _enters_scheduled(event: JobEvent, target: JobStatus | None) -> bool:
    return any(
        row.target is JobStatus.SCHEDULED and source is not JobStatus.SCHEDULED
        for source, row in _rows(event, target).items()
    )
