"""The use case of an edit."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from jobsys.application.intake import Intake
from jobsys.domain.edit import Edit, EditOutcome
from jobsys.domain.envelope import UNREADABLE, Header
from jobsys.domain.errors import IllegalTransition, InvalidJob, JobNotFound, PayloadChanged
from jobsys.domain.job_id import JobId
from jobsys.domain.options import JobOptions
from jobsys.domain.payload import JobPayload
from jobsys.domain.record import JobRecord
from jobsys.domain.redaction import with_secrets_of
from jobsys.domain.status import REPLAYABLE
from jobsys.ports.job_inspector import JobInspector
from jobsys.ports.submission import Submission


@dataclass(frozen=True, slots=True)
class EditJob:
    """Give a dead letter, or a cancelled job, another payload in the place of the one `seen`.

    Secrets in it are those that are stored, where their fields hold the stars that are shown for them.
    `job_type` is asked of one whose stored bytes do not say it; any other keeps its own without it.
    """

    job_id: JobId
    payload: Mapping[str, object]
    seen: bytes
    job_type: str | None = None

    async def run(self, inspector: JobInspector, intake: Intake) -> None:
        """Stores the payload, validated as that of a submit is.

        Raises:
            JobNotFound: there is no such job.
            IllegalTransition: it has neither failed nor been cancelled.
            UnknownJobType: no registered class has its type.
            InvalidJob: the payload does not fit its type, or cannot be stored.
            PayloadChanged: its payload is not the one that was seen.
        """
        record = (await inspector.get([self.job_id])).get(self.job_id)
        if record is None:
            raise JobNotFound(f"there is no job {self.job_id}")
        if record.status not in REPLAYABLE:
            raise self._not_ended(f"is {record.status}")
        made = self._made(record, intake)
        header, seen = _header(record, made.header), JobPayload(self.seen)
        edit = Edit(self.job_id, header, made.payload, seen, intake.clock.now())
        self._check(await inspector.edit(edit))

    def _made(self, record: JobRecord, intake: Intake) -> Submission:
        """Returns what a submit would store of the payload."""
        job_type = self.job_type or record.job_type
        if not job_type:
            raise InvalidJob(f"job {self.job_id}: its stored bytes do not say its type: name it")
        job = intake.factory.create(job_type, self._fields(record))
        options = JobOptions(queue=self.job_id.queue, priority=record.priority)
        return intake.submission(job, options, self.job_id.key)

    def _fields(self, record: JobRecord) -> Mapping[str, object]:
        """Returns the payload, with the secrets that its editor saw masked and left alone."""
        try:
            stored = record.payload.as_dict()
        except ValueError:
            return self.payload
        try:
            return cast("Mapping[str, object]", with_secrets_of(stored, self.payload))
        except ValueError as error:
            raise InvalidJob(f"job {self.job_id}: {error}") from error

    def _check(self, outcome: EditOutcome) -> None:
        if outcome is EditOutcome.NOT_FOUND:
            raise JobNotFound(f"job {self.job_id} is gone: somebody has removed it")
        if outcome is EditOutcome.REFUSED:
            raise self._not_ended("has been replayed meanwhile")
        if outcome is EditOutcome.CHANGED:
            raise PayloadChanged(
                f"job {self.job_id}: its payload is not the one that you saw: look at it again,"
                " its history has what was replaced"
            )

    def _not_ended(self, told: str) -> IllegalTransition:
        return IllegalTransition(
            f"job {self.job_id} {told}: only a failed or cancelled job can be edited"
        )


def _header(record: JobRecord, made: Header) -> Header:
    """Returns the header of an edited job: what its submitter chose stays, as far as it is known."""
    if record.header == UNREADABLE:
        return made
    kept = {**dict(record.header), "type": made.type, "version": made.version}
    return Header.model_validate(kept)
