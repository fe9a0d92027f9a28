"""What a verdict is made from."""

from collections.abc import Collection, Iterable, Mapping, Sequence
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
    SLOW = "slow"
    TICK = "tick"
    HEARD = "heard"
    EMAIL = "e-mail"
    DRY_RUN = "dry run"
    CLEANUP = "clean-up"


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
WORKER_LOST: Final = "WORKER_LOST"


@dataclass(frozen=True, slots=True)
class Seen:
    """What the store says of a job; `errors` are the codes in its history.

    `lost_in` are the attempts in which a worker was lost with it.
    """

    status: JobStatus
    attempts: int = 0
    errors: Sequence[str] = ()
    lost_in: Collection[int] = ()


@dataclass(frozen=True, slots=True)
class Process:
    """What became of a worker process; `asked_at` is when it got its first signal."""

    pid: int
    signal: str = ""
    asked_at: float | None = None
    exit_code: int | None = None


@dataclass
class Notes:
    """What the demo's own process has seen while it ran, in monotonic seconds.

    `not_before` is when delayed jobs may begin, `heard` of whose completion it was told, `fired`
    how often the schedule says that it did, `returned_at` when `fire_and_forget` had returned, and
    `calls` when each call came to its end.
    """

    not_before: dict[str, float] = field(default_factory=dict[str, float])
    heard: list[str] = field(default_factory=list[str])
    fired: int = 0
    returned_at: float = 0.0
    calls: list[float] = field(default_factory=list[float])


@dataclass(frozen=True, slots=True)
class Tally:
    """How many attempts in a process completed, and how many failed."""

    completed: int
    failed: int


@dataclass(frozen=True)
class Metrics:
    """What was counted beside the ledger and the store's list.

    `enqueued` is how many jobs the demo's own process counted, `tallies` what worker processes that
    ended in order have, and `counts` how many jobs the store counts in each state.
    """

    enqueued: int
    tallies: Mapping[int, Tally]
    counts: Mapping[JobStatus, int]


@dataclass(frozen=True)
class Evidence:
    """All that is known at the end.

    `submitted` says what each job is for, `stored` what the store says of each job it has,
    `ledger` what ran, `checks` what reading the outputs again has shown, `dead_letters` how many
    scenario jobs the store ever counted as failed, `troubles` what kept the demo from being played
    to its end.
    """

    submitted: Mapping[str, Role]
    stored: Mapping[str, Seen]
    ledger: Iterable[Entry]
    checks: Mapping[str, Check]
    processes: Sequence[Process]
    dead_letters: int
    notes: Notes
    metrics: Metrics
    troubles: Sequence[str] = ()

    def lost_in(self, job_id: str) -> Collection[int]:
        """Returns the attempts in which, as the store remembers, a worker was lost with this job."""
        seen = self.stored.get(job_id)
        return () if seen is None else seen.lost_in

    def kills(self) -> Mapping[int, float]:
        """Returns the killed processes, and when each was killed."""
        return {
            process.pid: process.asked_at
            for process in self.processes
            if process.signal == "SIGKILL" and process.asked_at is not None
        }
