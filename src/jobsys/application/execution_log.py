"""The lines that tell of a job: its start, its end, and whatever went wrong with it.

Where a level is off, a line costs one look at it. A log that fails never ends a job.
"""

import logging
from contextlib import suppress
from functools import lru_cache
from typing import Final

from jobsys.domain.attempt_error import AttemptError, clipped
from jobsys.domain.lease import Lease
from jobsys.domain.names import worker_of
from jobsys.domain.retry import RetryPolicy
from jobsys.domain.status import JobEvent
from jobsys.domain.transition import Transition

log = logging.getLogger("jobsys.execution")

LONGEST_ERROR: Final = 500
_ENDS: Final = {
    JobEvent.SUCCEEDED: "Completed",
    JobEvent.SNOOZED: "Snoozed",
    JobEvent.DISCARDED: "Discarded",
}


def ids(lease: Lease) -> dict[str, object]:
    """Returns what a log line says of the job beside its text: which attempt of which job, where."""
    record = lease.record
    return {
        "job_id": record.id,
        "attempt": record.attempts + 1,
        "queue": record.id.queue,
        "worker": worker_of(record.standing.lane),
    }


def started(lease: Lease, policy: RetryPolicy) -> None:
    """Tells that an attempt begins."""
    if log.isEnabledFor(logging.INFO):
        attempt = f"attempt {lease.record.attempts + 1}/{policy.max_attempts}"
        _tell(logging.INFO, lease, f"Starting {_words(lease)} job ({attempt}): {lease.record.id}")


def ended(lease: Lease, end: Transition, seconds: float) -> None:
    """Tells how an attempt ended; one that failed has been told of."""
    if log.isEnabledFor(logging.INFO) and end.event is not JobEvent.FAILED:
        how = _ENDS.get(end.event, f"Stopped ({end.target.value})")
        line = f"{how} {_words(lease)} job in {seconds:.3f} s: {lease.record.id}"
        _tell(logging.INFO, lease, line)


def failed(lease: Lease, error: AttemptError, policy: RetryPolicy, is_last: bool) -> None:
    """Tells that an attempt failed, and whether there will be another."""
    attempt = lease.record.attempts + 1
    cause = f"{lease.record.id}: {error.type}: {clipped(error.message, LONGEST_ERROR)}"
    if is_last:
        line = f"{_words(lease).capitalize()} job failed after {_counted(attempt)}: {cause}"
        _tell(logging.ERROR, lease, line)
    else:
        line = f"Retrying {_words(lease)} job (attempt {attempt}/{policy.max_attempts}): {cause}"
        _tell(logging.WARNING, lease, line)


def expired(lease: Lease) -> None:
    """Tells that a job is cancelled, for nobody has begun it in its time."""
    waited = f"waited for {lease.waited:.3f} s, start_within {lease.record.header.start_within}"
    line = f"{_words(lease).capitalize()} job expired: {lease.record.id}: {waited}"
    _tell(logging.WARNING, lease, line)


def buried(lease: Lease, error: AttemptError) -> None:
    """Tells that a job can never run as it is, and is a dead letter now."""
    cause = f"{error.type}: {clipped(error.message, LONGEST_ERROR)}"
    _tell(logging.ERROR, lease, f"Job {lease.record.id} cannot be run: {cause}")


def _tell(level: int, lease: Lease, line: str) -> None:
    with suppress(Exception):  # handlers of the host's may raise anything
        log.log(level, "%s", line, extra=ids(lease))


def _words(lease: Lease) -> str:
    return _spelled(lease.record.job_type)


@lru_cache(maxsize=1024)
def _spelled(job_type: str) -> str:
    return job_type.replace("_", " ")


def _counted(attempts: int) -> str:
    return f"{attempts} attempt" if attempts == 1 else f"{attempts} attempts"
