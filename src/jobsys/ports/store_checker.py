"""Finding what is wrong in a backend's store, and mending it while workers run."""

from abc import abstractmethod
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import field
from enum import StrEnum
from typing import Final, Protocol

from jobsys.domain.value import value


class FindingKind(StrEnum):
    """What can be wrong; the words are stable."""

    NO_PLACE = "no_place"
    NO_RECORD = "no_record"
    NO_BODY = "no_body"
    TWO_PLACES = "two_places"
    WRONG_PLACE = "wrong_place"
    ENTRY_TWICE = "entry_twice"
    WRONG_DUE = "wrong_due"
    UNREADABLE_JOB = "unreadable_job"
    STRAY_VOID = "stray_void"
    LEFTOVER = "leftover"
    WRONG_COUNTS = "wrong_counts"
    UNLISTED_QUEUE = "unlisted_queue"
    LASTING_MEMO = "lasting_memo"
    SCHEDULE_INDEX = "schedule_index"
    UNREADABLE_SCHEDULE = "unreadable_schedule"
    UNKNOWN_KEY = "unknown_key"
    WRONG_TYPE = "wrong_type"
    BROKEN_FILE = "broken_file"


REPAIRS: Final[Mapping[FindingKind, str]] = {
    FindingKind.NO_PLACE: "put where its state says, at the head; a lease ends in 10 s",
    FindingKind.NO_RECORD: "a dead letter; an ended one is forgotten",
    FindingKind.NO_BODY: "a dead letter, payload_missing",
    FindingKind.TWO_PLACES: "left only where its state says",
    FindingKind.WRONG_PLACE: "moved to where its state says, at the head; a lease ends in 10 s",
    FindingKind.ENTRY_TWICE: "left in its list once",
    FindingKind.WRONG_DUE: "due when its state says",
    FindingKind.UNREADABLE_JOB: "a dead letter, corrupt; its bytes are kept",
    FindingKind.STRAY_VOID: "the void mark is removed",
    FindingKind.LEFTOVER: "removed",
    FindingKind.WRONG_COUNTS: "counted anew",
    FindingKind.UNLISTED_QUEUE: "listed",
    FindingKind.LASTING_MEMO: "forgotten in a minute",
    FindingKind.SCHEDULE_INDEX: "the index is set right",
}
"""What a repair of each kind does; of what is not here a person must decide."""


@value
class Finding:
    """Something that jobsys would not have left so.

    `subject` is a job's or schedule's id, or a key or table. `proof` is the adapter's own note of
    what it saw, which a repair compares.
    """

    kind: FindingKind
    queue: str
    subject: str
    told: str
    proof: str = field(default="", compare=False)

    @property
    def repair(self) -> str:
        """What a repair does; empty where a person must decide."""
        return REPAIRS.get(self.kind, "")


@value
class Step:
    """One bounded look: `done` of about `of` entries of `what` are looked at.

    `left_out` says what could not be judged because it was too busy.
    """

    what: str
    done: int
    of: int
    findings: Sequence[Finding] = ()
    left_out: str = ""


class StoreChecker(Protocol):
    """Looks a store through for what jobsys would never leave there, whether or not workers run.

    Looking changes nothing. What a live system shows only in passing is no finding.
    Both methods raise `QueueUnavailable` when the backend does not answer.
    """

    @abstractmethod
    def check(self, queues: Collection[str] = ()) -> AsyncIterator[Step]:
        """Yields steps through these queues, or through the whole store where none is named.

        A step's findings may be mended before the next step is asked for; what follows from them,
        such as counts, is looked at after them.
        """

    @abstractmethod
    async def mend(self, findings: Sequence[Finding]) -> Sequence[bool]:
        """Repairs each finding that still holds, in one step with looking again; says which.

        What no longer holds, and what a person must decide, is left as it is.
        No repair loses a job, or what was submitted: a job in doubt is run or is a dead letter.
        """
