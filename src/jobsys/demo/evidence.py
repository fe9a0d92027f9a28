"""What a verdict is made from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from jobsys import JobStatus
from jobsys.demo.ledger import Entry


class Role(StrEnum):
    """What a job is there to show."""

    FILE = "file"
    THUMBNAIL = "thumbnail"
    LOW = "low"
    HIGH = "high"
    DELAYED = "delayed"
    FLAKY = "flaky"
    BROKEN = "broken"
    CANCELLED = "cancelled"
    KILLED = "killed"
    DRAINED = "drained"
    RELEASED = "released"


class Finding(StrEnum):
    """What reading an output again has shown."""

    EQUAL = "equal"
    CHANGED = "changed meanwhile"
    VANISHED = "vanished meanwhile"
    REFUSED = "refused"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Check:
    """A finding, and what is to be said about it."""

    finding: Finding
    detail: str = ""


EQUAL: Final = Check(Finding.EQUAL)


@dataclass(frozen=True, slots=True)
class Seen:
    """What the store says of a job; `worker_was_lost` while it had it, once or more."""

    status: JobStatus
    attempts: int = 0
    worker_was_lost: bool = False


@dataclass(frozen=True, slots=True)
class Process:
    """What became of a worker process; `asked_at` is when it got its first signal."""

    pid: int
    signal: str = ""
    asked_at: float | None = None
    exit_code: int | None = None


@dataclass(frozen=True)
class Evidence:
    """All that is known at the end.

    `submitted` says what each job is for, `stored` what the store says of each job it has,
    `ledger` what ran, `checks` what reading the outputs again has shown, `dead_letters` how many
    scenario jobs the store ever counted as failed, `not_before` when delayed jobs may begin,
    `troubles` what kept the demo from being played to its end.
    """

    submitted: Mapping[str, Role]
    stored: Mapping[str, Seen]
    ledger: Iterable[Entry]
    checks: Mapping[str, Check] = field(default_factory=dict[str, Check])
    processes: Sequence[Process] = ()
    dead_letters: int = 0
    not_before: Mapping[str, float] = field(default_factory=dict[str, float])
    troubles: Sequence[str] = ()

    def has_lost_worker(self, job_id: str) -> bool:
        """Says whether the store remembers that a worker was lost with this job."""
        seen = self.stored.get(job_id)
        return seen is not None and seen.worker_was_lost

    def kills(self) -> Mapping[int, float]:
        """Returns the killed processes, and when each was killed."""
        return {
            process.pid: process.asked_at
            for process in self.processes
            if process.signal == "SIGKILL" and process.asked_at is not None
        }
