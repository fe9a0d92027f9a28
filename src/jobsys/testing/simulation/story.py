"""What shall happen in a simulation: jobs, and faults at numbered calls of the backend."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from random import Random
from typing import Final

JOBS: Final = 6
FAULTS: Final = 6
CALLS: Final = 120
"""Faults strike within so many calls of the backend; most stories make more."""
LAST_SUBMIT: Final = 3.0
QUEUES: Final = ("a", "b")
EVERY: Final = timedelta(seconds=2)
"""How often the schedule of each queue fires."""


class Course(StrEnum):
    """What a job does when it runs."""

    SUCCEED = "succeed"
    FAIL = "fail"
    FLAKY = "flaky"
    POISON = "poison"


class FaultKind(StrEnum):
    """What happens at a call, to the process that makes it, to the backend, or to time."""

    FAIL = "fail"
    DIE = "die"
    FREEZE = "freeze"
    STOP = "stop"
    MISS = "miss"
    STALL = "stall"
    FORWARD = "forward"


@dataclass(frozen=True, slots=True)
class PlannedJob:
    """A job that is submitted at so many seconds; `cancel_after` are seconds from then."""

    key: str
    queue: str
    course: Course
    at: float
    takes: float
    delay: float = 0
    cancel_after: float | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """What strikes at the n-th call of the backend, before it takes effect or after."""

    at_call: int
    kind: FaultKind
    after: bool
    seconds: float


@dataclass(frozen=True, slots=True)
class Story:
    """Jobs and faults; the seed draws the order in which everything runs, and how long ways take."""

    seed: int
    jobs: tuple[PlannedJob, ...]
    faults: tuple[Fault, ...]


def story_of(seed: int) -> Story:
    """Returns the story that a seed draws."""
    chance = Random(f"{seed}: story")  # noqa: S311 (chance, not secrecy)
    jobs = tuple(_job(f"j{number}", chance) for number in range(JOBS))
    at_calls = sorted(chance.sample(range(1, CALLS), FAULTS))
    return Story(seed, jobs, tuple(_fault(at_call, chance) for at_call in at_calls))


_KINDS: Final = (*FaultKind, FaultKind.FAIL, FaultKind.FAIL, FaultKind.DIE, FaultKind.FREEZE)
_COURSES: Final = (*[Course.SUCCEED] * 5, Course.FAIL, Course.FLAKY, Course.FLAKY, Course.POISON)


def _job(key: str, chance: Random) -> PlannedJob:
    return PlannedJob(
        key,
        chance.choice(QUEUES),
        chance.choice(_COURSES),
        at=round(chance.uniform(0, LAST_SUBMIT), 3),
        takes=round(chance.choice([0.01, 0.3, 1.5]) * chance.uniform(0.5, 1.5), 3),
        delay=chance.choice([0, 0, 0, 0.5, 2]),
        cancel_after=round(chance.uniform(0, 2), 3) if chance.random() < 0.25 else None,
    )


def _fault(at_call: int, chance: Random) -> Fault:
    kind = chance.choice(_KINDS)
    return Fault(at_call, kind, chance.random() < 0.5, round(chance.uniform(0.2, 6), 3))
