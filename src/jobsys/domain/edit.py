"""A new payload for a job that has ended without success."""

from datetime import datetime
from enum import StrEnum

from jobsys.domain.attempt_error import AttemptError, replaced
from jobsys.domain.envelope import Header
from jobsys.domain.job_id import JobId
from jobsys.domain.payload import JobPayload
from jobsys.domain.record import JobRecord
from jobsys.domain.status import REPLAYABLE
from jobsys.domain.value import value


class EditOutcome(StrEnum):
    """What became of a wish to edit."""

    EDITED = "edited"
    UNCHANGED = "unchanged"
    CHANGED = "changed"
    REFUSED = "refused"
    NOT_FOUND = "not_found"


@value
class Edit:
    """What a job is to be made of, in the place of the payload that its editor saw."""

    job_id: JobId
    header: Header
    payload: JobPayload
    seen: JobPayload
    at: datetime

    def outcome_for(self, record: JobRecord) -> EditOutcome:
        """Returns what the edit does to a job that is as the record says.

        EDITED: it is to be written. UNCHANGED: the job is so already. CHANGED: somebody else has
        edited it since it was seen. REFUSED: its state is not one in which a job is edited.
        """
        if record.status not in REPLAYABLE:
            return EditOutcome.REFUSED
        stored = record.header, record.payload
        if record.damage is None and stored == (self.header, self.payload):
            return EditOutcome.UNCHANGED
        return EditOutcome.EDITED if record.payload == self.seen else EditOutcome.CHANGED

    def line_for(self, record: JobRecord) -> AttemptError:
        """Returns the line that the edit leaves in the job's history."""
        return replaced(record.payload, record.attempts, self.at)
