"""A move that an operator or a caller asks for, of a job that no worker holds for it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache

from jobsys.domain.job_id import JobId
from jobsys.domain.priority import JobPriority
from jobsys.domain.retention import FOR_EVER
from jobsys.domain.status import JobEvent, JobStatus, Reason, Row, rows_for
from jobsys.domain.value import value


@value
class Move:
    """Cancel, replay, reschedule, reprioritise, release of a blocked job, or delete.

    `target` chooses where an event has several; `due` is when a job that goes to SCHEDULED is due,
    as an instant or as a delay from the backend's now; `keep_for` is how long a job that ends by
    this move is kept.
    """

    job_id: JobId
    event: JobEvent
    target: JobStatus | None = None
    due: timedelta | datetime | None = None
    priority: JobPriority | None = None
    reason: Reason | None = None
    keep_for: timedelta = FOR_EVER

    @property
    def rows(self) -> Mapping[JobStatus, Row]:
        """What the move does from each state that takes it; every other state refuses it."""
        return _rows(self.event, self.target)


@lru_cache
def _rows(event: JobEvent, target: JobStatus | None) -> Mapping[JobStatus, Row]:
    found: dict[JobStatus, Row] = {}
    for row in rows_for(event):
        for source in row.sources:
            if source is not None and (source not in found or row.target is target):
                found[source] = row
    return found
