"""What may be done with a job whose record or place is damaged: nothing that could lose it."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from jobsys.domain.attempt_error import AttemptError
from jobsys.domain.record import JobRecord, Standing
from jobsys.domain.retention import DEFAULT_RETENTION
from jobsys.domain.status import DEAD, DELAYED, READY, JobStatus, Reason

REGAINED_LEASE: Final = timedelta(seconds=10)
"""What a lease lasts whose end was lost: long enough for a worker that lives to renew it."""


def unfit(record: JobRecord) -> Reason | None:
    """Returns why a job that waits cannot be run, if it cannot.

    A job that a worker holds is judged by the worker, and one that has ended needs no envelope.
    """
    return record.damage if record.status in READY | DELAYED else None


def buried(before: Standing, reason: Reason) -> Standing:
    """Returns the standing of a dead letter that no worker could have run.

    No attempt is spent, as when a worker finds the same.
    """
    return replace(before, status=JobStatus.FAILED, lane="", due_at=None, reason=reason)


def burial(told: str, standing: Standing, at: datetime) -> AttemptError:
    """Returns what the history of such a job says of it."""
    return AttemptError(
        attempt=standing.attempts + 1, at=at, code="VAL_2001", type="DamagedJob", message=told
    )


def stays_for(record: JobRecord) -> timedelta:
    """Returns how long a job may stay in its place when nobody knows until when it should have."""
    retention = record.header.retention or DEFAULT_RETENTION
    if record.status in DEAD:
        return retention.dead_for
    return retention.done_for if record.status.is_final else REGAINED_LEASE
