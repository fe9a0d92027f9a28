"""What is counted of jobs: the families of series, and what is read of them."""

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from typing import Final

from jobsys.domain.circuit_state import CircuitPhase
from jobsys.domain.status import JobStatus
from jobsys.domain.value import value

Labels = tuple[str, ...]


class Kind(StrEnum):
    """How the numbers of a family behave: they grow, they move, or they are observations."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@value
class Family:
    """Series of one name, one for each combination of values that its labels take."""

    name: str
    kind: Kind
    labels: Labels
    help: str


ENQUEUED: Final = Family(
    "jobs_enqueued_total", Kind.COUNTER, ("type", "priority"), "Jobs accepted from here."
)
PROCESSED: Final = Family(
    "jobs_processed_total", Kind.COUNTER, ("type", "status"), "Attempts that ended, by outcome."
)
RETRIES: Final = Family(
    "jobs_retries_total", Kind.COUNTER, ("type",), "Failed attempts after which another follows."
)
DURATION: Final = Family(
    "jobs_duration_seconds", Kind.HISTOGRAM, ("type",), "How long handlers ran, each attempt."
)
WAIT: Final = Family(
    "jobs_wait_seconds",
    Kind.HISTOGRAM,
    ("queue", "priority"),
    "How long jobs had been ready when they were claimed.",
)
LATENCY: Final = Family(
    "jobs_latency_seconds", Kind.HISTOGRAM, ("queue",), "From a job's submission to its end."
)
QUEUE_SIZE: Final = Family(
    "jobs_queue_size", Kind.GAUGE, ("queue", "priority"), "Jobs that wait for a worker."
)
OLDEST_WAITING: Final = Family(
    "jobs_oldest_waiting_seconds",
    Kind.GAUGE,
    ("queue", "priority"),
    "For how long the next job of a level has waited: one that grows is starving.",
)
ACTIVE_WORKERS: Final = Family("jobs_active_workers", Kind.GAUGE, (), "Slots that run a job.")
WORKER_SLOTS: Final = Family(
    "jobs_worker_slots", Kind.GAUGE, (), "Slots that there are, whether or not they run a job."
)
WANTED_SLOTS: Final = Family(
    "jobs_wanted_slots",
    Kind.GAUGE,
    ("queue",),
    "Slots that a queue takes so that what waits begins in time: for an autoscaler.",
)
LEAKED_THREADS: Final = Family(
    "jobs_leaked_threads", Kind.GAUGE, (), "Threads and tasks that go on after their attempt's end."
)

CIRCUIT_STATE: Final = Family(
    "jobs_circuit_state",
    Kind.GAUGE,
    ("circuit",),
    "Where a circuit stands: 0 closed, 1 half-open, 2 open.",
)
CIRCUIT_HOLDS: Final = Family(
    "jobs_circuit_holds_total", Kind.COUNTER, ("circuit",), "Jobs kept back by a circuit."
)

FAMILIES: Final = (
    ENQUEUED,
    PROCESSED,
    RETRIES,
    DURATION,
    WAIT,
    LATENCY,
    QUEUE_SIZE,
    OLDEST_WAITING,
    WANTED_SLOTS,
    ACTIVE_WORKERS,
    WORKER_SLOTS,
    CIRCUIT_STATE,
    CIRCUIT_HOLDS,
    LEAKED_THREADS,
)
CUSTOM_PREFIX: Final = "jobs_custom_"
"""How the names of families begin that handlers count in."""

OUTCOMES: Final[Mapping[JobStatus, str]] = {
    JobStatus.COMPLETED: "completed",
    JobStatus.RETRYING: "retrying",
    JobStatus.FAILED: "failed",
    JobStatus.CANCELLED: "cancelled",
}
"""The `status` of an attempt's end in `PROCESSED`; ends that lead elsewhere are no outcomes."""

PHASES: Final[Mapping[CircuitPhase, int]] = {
    CircuitPhase.CLOSED: 0,
    CircuitPhase.HALF_OPEN: 1,
    CircuitPhase.OPEN: 2,
}
"""The numbers of `CIRCUIT_STATE`."""

BOUNDS: Final = (
    *(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0),
    *(30.0, 60.0, 300.0, 900.0, 3600.0),
)
"""The upper ends of every histogram's buckets, in seconds; one more bucket has no end."""

LARGEST_FAMILY: Final = 200
"""How many job types, and how many queues, have series of their own."""

OTHER: Final = "other"
"""Stands for every type or queue beyond these."""


class Names:
    """The first so many names; every later one, and the empty one, is "other"."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._known: set[str] = set()

    def admitted(self, name: str) -> str:
        """Returns the name itself, or "other"."""
        if name not in self._known:
            if not name or len(self._known) >= self._limit:
                return OTHER
            self._known.add(name)
        return name


@value
class Distribution:
    """Observed seconds: how many fell into each bucket of `BOUNDS`, and their sum."""

    buckets: tuple[int, ...] = (0,) * (len(BOUNDS) + 1)
    total: float = 0.0

    @property
    def count(self) -> int:
        """How many were observed."""
        return sum(self.buckets)


@value
class Reading:
    """One family as it stands; a histogram has distributions, the others have numbers."""

    family: Family
    numbers: Mapping[Labels, float] = field(default_factory=dict[Labels, float])
    distributions: Mapping[Labels, Distribution] = field(default_factory=dict[Labels, Distribution])


@value
class MetricsSnapshot:
    """Every family as it stands, by name, and for how many seconds it has been counted."""

    readings: Mapping[str, Reading] = field(default_factory=dict[str, Reading])
    seconds: float = 0.0

    def number(self, family: Family, *labels: str) -> float:
        """Returns the number of one series; 0 where there is none."""
        reading = self.readings.get(family.name)
        return reading.numbers.get(labels, 0) if reading else 0

    def distribution(self, family: Family, *labels: str) -> Distribution:
        """Returns what one series has observed; nothing where there is none."""
        reading = self.readings.get(family.name)
        return reading.distributions.get(labels, Distribution()) if reading else Distribution()
