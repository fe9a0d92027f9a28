"""The end of a job, as far as others are told of it."""

from datetime import datetime
from hashlib import sha256
from typing import Final, cast

from pydantic import JsonValue
from pydantic_core import from_json

from jobsys.domain.attempt_error import AttemptError, last_failure
from jobsys.domain.instants import to_ms
from jobsys.domain.notice import JobNotice, notice_of
from jobsys.domain.record import JobRecord
from jobsys.domain.redaction import redacted, without_secrets
from jobsys.domain.status import JobEvent, JobStatus
from jobsys.domain.transition import Transition
from jobsys.domain.value import value

LARGEST_RESULT: Final = 64 * 1024
"""The most bytes of JSON that are told of a result."""
RESULT_LEFT_OUT: Final[dict[str, JsonValue]] = {"result": None, "result_left_out": True}


@value
class JobEnd:
    """One end of one job: a job that is replayed ends again, and has another `mark` then."""

    notice: JobNotice
    mark: str
    error: AttemptError | None = None
    result_json: bytes | None = None

    def key_for(self, endpoint: str) -> str:
        """Returns the key of the job that tells an endpoint of it: whoever asks gets the same."""
        told = f"{endpoint} {self.notice.job_id} {self.mark}"
        return f"end-{sha256(told.encode()).hexdigest()[:40]}"

    def told(self, *, with_result: bool) -> dict[str, JsonValue]:
        """Returns what is told of it as JSON values; secrets are masked.

        A result that is too large or too deep for that is left out, which is told.
        """
        notice, error = self.notice, self.error
        told: dict[str, JsonValue] = {
            "job_id": notice.job_id,
            "job_type": notice.job_type,
            "queue": notice.job_id.queue,
            "status": notice.status.value,
            "attempt": notice.attempt,
            "at": notice.at.isoformat(),
            "reason": notice.reason.value if notice.reason else None,
            "error": None if error is None else _error_view(error),
        }
        return {**told, **self._result()} if with_result else told

    def _result(self) -> dict[str, JsonValue]:
        if self.result_json is None:
            return {"result": None}
        try:
            return {"result": _masked(self.result_json)}
        except ValueError:
            return RESULT_LEFT_OUT


def end_by(transition: Transition, at: datetime) -> JobEnd:
    """Returns the end that a transition has made."""
    record = transition.record
    return JobEnd(
        notice_of(transition, at),
        _mark(record, transition.target),
        transition.error,
        transition.result_json,
    )


def end_of(record: JobRecord) -> JobEnd:
    """Returns the end of a job that is looked at later."""
    standing, status = record.standing, record.status
    error = None if status is JobStatus.COMPLETED else last_failure(record.errors)
    notice = JobNotice(
        record.id,
        record.job_type,
        _EVENTS[status],
        status,
        standing.attempts + (status is JobStatus.COMPLETED),
        standing.changed_at,
        standing.reason,
        "" if error is None else error.type,
        record.result_json is not None,
    )
    return JobEnd(notice, _mark(record, status), error, record.result_json)


_EVENTS: Final = {
    JobStatus.COMPLETED: JobEvent.SUCCEEDED,
    JobStatus.FAILED: JobEvent.FAILED,
    JobStatus.CANCELLED: JobEvent.CANCEL,
}


def _mark(record: JobRecord, status: JobStatus) -> str:
    """Returns what tells an end from others: a key may be used again, and each claim has a token."""
    return f"{to_ms(record.created_at)} {record.standing.token} {status}"


def _error_view(error: AttemptError) -> dict[str, JsonValue]:
    return {"type": error.type, "message": redacted(error.message)}


def _masked(result_json: bytes) -> JsonValue:
    """Returns a result as JSON values without secrets.

    Raises:
        ValueError: it is too large, too deep, or has numbers that JSON has not.
    """
    if len(result_json) > LARGEST_RESULT:
        raise ValueError
    return cast("JsonValue", without_secrets(from_json(result_json, allow_inf_nan=False)))
