"""Which jobs are meant."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from jobsys.domain.errors import InvalidJob
from jobsys.domain.names import checked_name, normalised
from jobsys.domain.record import JobRecord
from jobsys.domain.status import JobStatus
from jobsys.domain.value import value


@value
class JobFilter:
    """Which jobs are meant; what is None, or empty, is not asked.

    `text` is contained in the id, in the type, in the message of an error or, with `in_payload`, in the payload;
    `created_from` is included, `created_until` is not.

    Raises:
        InvalidJob: a queue is no name, or an instant has no time zone.
    """

    status: JobStatus | None = None
    queues: Collection[str] = frozenset()
    job_types: Collection[str] = frozenset()
    text: str | None = None
    in_payload: bool = True
    created_from: datetime | None = None
    created_until: datetime | None = None

    def __post_init__(self) -> None:
        for queue in self.queues:
            checked_name("queue", queue)
        for instant in (self.created_from, self.created_until):
            if instant is not None and instant.tzinfo is None:
                raise InvalidJob(f"{instant.isoformat()} has no time zone: add one, such as +00:00")

    def takes(self, record: JobRecord) -> bool:
        """Says whether a job is meant."""
        return (
            self.status in (None, record.status)
            and (not self.queues or record.id.queue in self.queues)
            and (not self.job_types or record.job_type in map(normalised, self.job_types))
            and self._covers(record.created_at)
            and (self.text is None or self._is_told_by(record, self.text))
        )

    def _covers(self, created_at: datetime) -> bool:
        begins = self.created_from is None or created_at >= self.created_from
        return begins and (self.created_until is None or created_at < self.created_until)

    def _is_told_by(self, record: JobRecord, text: str) -> bool:
        failures = (error for error in record.errors if not error.tells_of_edit)
        is_told = (
            text in record.id
            or text in record.job_type
            or any(error.tells(text) for error in failures)
        )
        return is_told or (self.in_payload and record.payload.tells(text))


EVERY_JOB: Final = JobFilter()
