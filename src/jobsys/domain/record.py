"""The entity that a queue keeps for each job."""

from datetime import datetime
from typing import Final

from pydantic_core import from_json

from jobsys.domain import envelope
from jobsys.domain.attempt_error import AttemptError
from jobsys.domain.envelope import Header
from jobsys.domain.job_id import JobId
from jobsys.domain.payload import JobPayload
from jobsys.domain.priority import JobPriority
from jobsys.domain.status import JobStatus, Reason
from jobsys.domain.value import value

CORRUPT: Final = Reason.CORRUPT
PAYLOAD_MISSING: Final = Reason.PAYLOAD_MISSING


@value
class Standing:
    """Everything about a job that changes: where it stands, and what has been spent on it.

    `token` grows by one at each claim; `lane` is the worker lane that holds the job, or that ended
    it. `alone` says that its attempt has its worker process for itself. `held_at` is when it
    first found no handler. All instants are the backend's own.
    """

    status: JobStatus
    priority: JobPriority
    changed_at: datetime
    token: int = 0
    lane: str = ""
    due_at: datetime | None = None
    attempts: int = 0
    crashes: int = 0
    alone: bool = False
    started_at: datetime | None = None
    held_at: datetime | None = None
    reason: Reason | None = None
    percent: int = 0
    message: str = ""


@value
class JobRecord:
    """A job as stored: what was submitted (`header`, `payload`) and where it stands now.

    `damage` names what makes the stored bytes unreadable, and `payload` then holds them raw.
    """

    id: JobId
    header: Header
    payload: JobPayload
    created_at: datetime
    standing: Standing
    result_json: bytes | None = None
    errors: tuple[AttemptError, ...] = ()
    damage: Reason | None = None

    @property
    def job_type(self) -> str:
        """The stored name of the job's class; empty when the envelope cannot be read."""
        return self.header.type

    @property
    def status(self) -> JobStatus:
        """Where the job stands."""
        return self.standing.status

    @property
    def priority(self) -> JobPriority:
        """How urgent the job is now."""
        return self.standing.priority

    @property
    def attempts(self) -> int:
        """How many attempts have been spent: those that failed. Crashes are not among them."""
        return self.standing.attempts

    @property
    def result(self) -> object:
        """What the handler returned, as plain JSON values; None when there is nothing."""
        return None if self.result_json is None else from_json(self.result_json)

    @property
    def ended_at(self) -> datetime | None:
        """When the job reached its end state; None before."""
        return self.standing.changed_at if self.status.is_final else None


def restored(
    job_id: JobId, raw: bytes | None, created_at: datetime, standing: Standing
) -> JobRecord:
    """Returns the record of stored bytes; unreadable ones are kept raw and marked as damaged."""
    if raw is None:
        return JobRecord(
            job_id,
            envelope.UNREADABLE,
            JobPayload(),
            created_at,
            standing,
            None,
            (),
            PAYLOAD_MISSING,
        )
    try:
        header, payload = envelope.decode(raw)
    except (ValueError, OverflowError):
        return JobRecord(
            job_id, envelope.UNREADABLE, JobPayload(raw), created_at, standing, None, (), CORRUPT
        )
    return JobRecord(job_id, header, payload, created_at, standing)
