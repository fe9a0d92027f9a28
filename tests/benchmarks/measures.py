"""What is measured.

A new measure is one entry here: a name, how a reading is taken, how many jobs at scale 1, who
takes part, which figure is compared, and with whom. A new way to take a reading is a function of
a stage, a contender and a number of jobs, in `takes/`.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from tests.benchmarks.contenders import ENGINES, Contender
from tests.benchmarks.reading import Take
from tests.benchmarks.takes.enqueue import enqueue
from tests.benchmarks.takes.growth import growth
from tests.benchmarks.takes.idle import idle
from tests.benchmarks.takes.pickup import pickup
from tests.benchmarks.takes.recovery import recovery
from tests.benchmarks.takes.throughput import throughput

JOBSYS: Final = Contender("jobsys", ENGINES["jobsys"])
RAW: Final = Contender("raw", ENGINES["raw"])
CEILING: Final = Contender("raw, 2 lanes", ENGINES["raw, 2 lanes"])


@dataclass(frozen=True)
class Measure:
    """One question, and who answers it.

    `table` groups measures that show the same figures. Peers take part where `peers` says so, and
    where they can queue jobs in the way that `call` names. The median of each contender's `compared`
    figure is told as a share of those of `against`.
    """

    name: str
    table: str
    take: Take
    jobs: int
    contenders: Sequence[Contender]
    against: Sequence[str] = ("raw",)
    compared: str = "rate"
    fewest: int = 20
    peers: bool = False
    call: str = ""

    def joined_by(self, peers: Sequence[Contender]) -> "Measure":
        """Returns the measure with those peers that can take part."""
        able = [each for each in peers if not self.call or self.call in each.engine.calls]
        like = self.contenders[0]
        joining = [replace(each, kind=like.kind, workers=like.workers) for each in able]
        return replace(self, contenders=[*self.contenders, *(joining if self.peers else ())])


def also(contender: Contender, name: str, **settings: str) -> Contender:
    """Returns the same contender under another name, with something set."""
    return replace(contender, name=name, settings=settings)


def on(place: str, *contenders: Contender) -> list[Contender]:
    """Returns the same contenders at another place."""
    return [replace(each, place=place) for each in contenders]


def by(workers: int, *contenders: Contender) -> list[Contender]:
    """Returns the same contenders with so many workers."""
    return [replace(each, workers=workers) for each in contenders]


def doing(kind: str, *contenders: Contender) -> list[Contender]:
    """Returns the same contenders with another kind of job."""
    return [replace(each, kind=kind) for each in contenders]


THROUGHPUT: Final = "Running"
ENQUEUE: Final = "Enqueuing"
PICKUP: Final = "Pickup"
IDLE: Final = "Idle"
RECOVERY: Final = "Recovery"
GROWTH: Final = "Growth"
QUEUES: Final = json.dumps(["default", *(f"queue-{number}" for number in range(63))])

MEASURES: Final[Sequence[Measure]] = [
    Measure("no-op", THROUGHPUT, throughput, 50_000, [JOBSYS, RAW, CEILING], peers=True),
    Measure(
        "no-op, 2 processes", THROUGHPUT, throughput, 150_000,
        by(2, JOBSYS, RAW, CEILING), peers=True,
    ),
    Measure(
        "10 ms sleeps", THROUGHPUT, throughput, 50_000,
        doing("sleep", JOBSYS, RAW, CEILING), peers=True,
    ),
    Measure(
        "useful job", THROUGHPUT, throughput, 50_000,
        [replace(JOBSYS, kind="useful"), replace(JOBSYS, name="jobsys, no-op"), RAW],
        against=["raw", "jobsys, no-op"],
    ),
    Measure(
        "default concurrency", THROUGHPUT, throughput, 30_000,
        [replace(JOBSYS, options=""), RAW],
    ),
    Measure(
        "log level", THROUGHPUT, throughput, 30_000,
        [JOBSYS, also(JOBSYS, "jobsys, INFO", JOBSYS_LOG__LEVEL="INFO"), RAW],
        against=["raw", "jobsys"],
    ),
    Measure(
        "metrics", THROUGHPUT, throughput, 50_000,
        [JOBSYS, also(JOBSYS, "jobsys, no metrics", JOBSYS_METRICS__ENABLED="false"), RAW],
        against=["raw", "jobsys"],
    ),
    Measure(
        "enqueue, 1 caller", ENQUEUE, enqueue("one"), 10_000, [JOBSYS, RAW],
        peers=True, call="one",
    ),
    Measure(
        "enqueue, 100 callers", ENQUEUE, enqueue("hundred"), 50_000, [JOBSYS, RAW],
        peers=True, call="hundred",
    ),
    Measure(
        "enqueue, 1000 a call", ENQUEUE, enqueue("bulk"), 50_000, [JOBSYS, RAW],
        peers=True, call="bulk",
    ),
    Measure("pickup", PICKUP, pickup, 500, [JOBSYS, RAW], compared="p50_ms", peers=True),
    Measure(
        "idle", IDLE, idle, 1,
        [JOBSYS, also(JOBSYS, "jobsys, 64 queues", JOBSYS_WORKER__QUEUES=QUEUES), RAW],
        compared="rss_mb", peers=True,
    ),
    Measure("SQLite: no-op", THROUGHPUT, throughput, 30_000, on("sqlite", JOBSYS, RAW)),
    Measure("SQLite: enqueue, 1 caller", ENQUEUE, enqueue("one"), 2_000, on("sqlite", JOBSYS, RAW)),
    Measure(
        "SQLite: enqueue, 100 callers", ENQUEUE, enqueue("hundred"), 20_000,
        on("sqlite", JOBSYS, RAW),
    ),
    Measure(
        "SQLite: enqueue, 1000 a call", ENQUEUE, enqueue("bulk"), 30_000, on("sqlite", JOBSYS, RAW)
    ),
    Measure("SQLite: pickup", PICKUP, pickup, 500, on("sqlite", JOBSYS), compared="p50_ms"),
    Measure("memory: no-op", THROUGHPUT, throughput, 50_000, on("memory", JOBSYS, RAW)),
    Measure("memory: enqueue, 1 caller", ENQUEUE, enqueue("one"), 20_000, on("memory", JOBSYS, RAW)),
    Measure(
        "memory: enqueue, 1000 a call", ENQUEUE, enqueue("bulk"), 50_000, on("memory", JOBSYS, RAW)
    ),
    Measure(
        "recovery", RECOVERY, recovery, 10, by(2, JOBSYS), compared="seconds", fewest=2
    ),
    Measure(
        "growth", GROWTH, growth, 50_000,
        [JOBSYS, replace(JOBSYS, name="jobsys, filled", place="filled redis")],
        against=["jobsys"],
    ),
]  # fmt: skip
