"""What is told of a job when it reaches another state: small, whatever the job is."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final, cast

from pydantic_core import from_json, to_json

from jobsys.domain.instants import from_ms, to_ms
from jobsys.domain.job_id import JobId
from jobsys.domain.record import JobRecord
from jobsys.domain.status import JobEvent, JobStatus, Reason
from jobsys.domain.transition import Transition
from jobsys.domain.value import value

LONGEST_NAME: Final = 200

Row = tuple[str, str, str, str, int, int, str | None, str, bool]


@value
class JobNotice:
    """A job has reached `status` by `event`; its record has the rest, its payload and its result.

    `attempt` is the one that ended, or the last one made where none did. `at` is an instant of the
    process that tells it. `error` is the class of what was raised, empty where nothing was.
    """

    job_id: JobId
    job_type: str
    event: JobEvent
    status: JobStatus
    attempt: int
    at: datetime
    reason: Reason | None = None
    error: str = ""
    has_result: bool = False


@value
class NoticeInterest:
    """Which notices are wanted; an empty collection wants them all."""

    statuses: Collection[JobStatus] = frozenset()
    queues: Collection[str] = frozenset()
    job_types: Collection[str] = frozenset()

    def takes(self, notice: JobNotice) -> bool:
        """Says whether this notice is wanted."""
        return (
            (not self.statuses or notice.status in self.statuses)
            and (not self.queues or notice.job_id.queue in self.queues)
            and (not self.job_types or notice.job_type in self.job_types)
        )


def notice_of(transition: Transition, at: datetime) -> JobNotice:
    """Returns what is told of a transition that was applied."""
    record, error = transition.record, transition.error
    return JobNotice(
        record.id,
        record.job_type,
        transition.event,
        transition.target,
        record.attempts + 1,
        at,
        transition.after.reason,
        "" if error is None else error.type[:LONGEST_NAME],
        transition.result_json is not None,
    )


def notice_of_cancel(record: JobRecord) -> JobNotice:
    """Returns what is told of a job that was cancelled while it waited."""
    standing = record.standing
    return JobNotice(
        record.id,
        record.job_type,
        JobEvent.CANCEL,
        standing.status,
        standing.attempts,
        standing.changed_at,
        standing.reason,
    )


def encoded(notices: Sequence[JobNotice]) -> bytes:
    """Returns notices as one JSON text."""
    return to_json([
        (n.job_id, n.job_type, n.event, n.status, n.attempt, to_ms(n.at), n.reason, n.error,
         n.has_result)
        for n in notices
    ])  # fmt: skip


def decoded(text: bytes) -> list[JobNotice]:
    """Returns the notices of a JSON text.

    Raises:
        ValueError: it is none that `encoded` has made.
    """
    try:
        return [_decoded(row) for row in cast("list[Row]", from_json(text))]
    except TypeError as error:
        raise ValueError(f"these are no notices: {error}") from error


def _decoded(row: Row) -> JobNotice:
    job_id, job_type, event, status, attempt, at, reason, error, has_result = row
    return JobNotice(
        JobId.parse(job_id),
        job_type,
        JobEvent(event),
        JobStatus(status),
        attempt,
        from_ms(at),
        None if reason is None else Reason(reason),
        error,
        has_result,
    )
