"""Which dead letters are meant, and what those of one kind have in common."""

from datetime import datetime
from typing import Final, NamedTuple

from jobsys.domain.attempt_error import AttemptError, last_failure
from jobsys.domain.errors import InvalidJob
from jobsys.domain.job_id import JobId
from jobsys.domain.names import checked_name, normalised
from jobsys.domain.record import JobRecord
from jobsys.domain.status import Reason
from jobsys.domain.value import value


class Cause(NamedTuple):
    """Why a job is a dead letter: those of one cause differ in nothing but their payloads.

    `error` is the class of what was raised last, empty where nothing was.
    """

    queue: str
    job_type: str
    reason: Reason | None
    error: str


def cause_of(record: JobRecord) -> Cause:
    """Returns the cause that a dead letter's record tells."""
    error = last_failure(record.errors)
    kind = "" if error is None else error.type
    return Cause(record.id.queue, record.job_type, record.standing.reason, kind)


@value
class DeadLetterFilter:
    """Which dead letters are meant; what is None is not asked.

    `error` is the code or the class of the last error; `text` is contained in its message or in the
    payload; `ended_after` is included, `ended_before` is not.

    Raises:
        InvalidJob: the queue is no name, there is no such reason, or an instant has no time zone.
    """

    queue: str | None = None
    job_type: str | None = None
    reason: Reason | str | None = None
    error: str | None = None
    text: str | None = None
    ended_after: datetime | None = None
    ended_before: datetime | None = None

    def __post_init__(self) -> None:
        if self.queue is not None:
            checked_name("queue", self.queue)
        if self.reason is not None and self.reason not in [*Reason]:
            known = ", ".join(Reason)
            raise InvalidJob(f"{self.reason!r} is no reason: the reasons are {known}")
        for instant in (self.ended_after, self.ended_before):
            if instant is not None and instant.tzinfo is None:
                raise InvalidJob(f"{instant.isoformat()} has no time zone: add one, such as +00:00")

    def takes(self, record: JobRecord) -> bool:
        """Says whether a dead letter is meant."""
        error = last_failure(record.errors)
        return (
            self.takes_failure(record.id, record.job_type, record.standing.reason, error)
            and (self.text is None or self._is_told_by(record, error))
            and self._covers(record.standing.changed_at)
        )

    def takes_failure(
        self, job_id: JobId, job_type: str, reason: Reason | None, error: AttemptError | None
    ) -> bool:
        """Says whether a job that failed so is meant, as far as its cause tells."""
        return (
            self.queue in (None, job_id.queue)
            and (self.job_type is None or normalised(self.job_type) == job_type)
            and self.reason in (None, reason)
            and (self.error is None or self._names(error))
        )

    def _names(self, error: AttemptError | None) -> bool:
        return error is not None and self.error in (error.code, error.type)

    def _is_told_by(self, record: JobRecord, error: AttemptError | None) -> bool:
        text = self.text or ""
        return (error is not None and error.tells(text)) or record.payload.tells(text)

    def _covers(self, ended_at: datetime) -> bool:
        begins = self.ended_after is None or ended_at >= self.ended_after
        return begins and (self.ended_before is None or ended_at < self.ended_before)


EVERY_DEAD_LETTER: Final = DeadLetterFilter()
