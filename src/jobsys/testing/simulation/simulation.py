"""Telling a story: the real application over the memory adapter, on one loop and one clock."""

import asyncio
import logging
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from contextvars import Context
from dataclasses import dataclass
from hashlib import sha256
from random import Random
from traceback import format_exception
from typing import Final

from jobsys.adapters.memory.job_inspector import MemoryJobInspector
from jobsys.adapters.memory.job_queue import MemoryJobQueue
from jobsys.adapters.memory.scheduler import MemoryScheduler
from jobsys.adapters.memory.store import MemoryStore
from jobsys.testing.simulation.acts import handlers
from jobsys.testing.simulation.calls import PresenceOnLine, QueueOnLine, SchedulerOnLine
from jobsys.testing.simulation.client import Client
from jobsys.testing.simulation.clock import SimulatedClock
from jobsys.testing.simulation.invariants import AFTER_EACH_CALL, AT_THE_END, Invariant
from jobsys.testing.simulation.ledger import Ledger
from jobsys.testing.simulation.line import Backdrop, Line
from jobsys.testing.simulation.loop import SimulatedLoop
from jobsys.testing.simulation.parts import Parts
from jobsys.testing.simulation.presence import Roll, SimulatedPresence
from jobsys.testing.simulation.process import Process
from jobsys.testing.simulation.story import Story

PROCESSES: Final = (True, True, False)
"""Which of the worker processes keep time."""
AWAY: Final = 1.0
"""Seconds until another process takes the place of one that is gone."""
CEASE_AT: Final = 5.0
"""When faults cease and schedules end, once all is submitted."""
PATIENCE: Final = 45.0
"""Seconds that the jobs may take to end from then: a worker may keep a suspect waiting for 30."""
LOOK_EVERY: Final = 0.2


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a story: what is wrong, or None, and its trace, which ends there.

    `jobs`, `calls` of the backend and `faults` that struck are counted, `seconds` are virtual.
    """

    story: Story
    wrong: str | None
    trace: Sequence[str]
    jobs: int
    calls: int
    faults: int
    seconds: float

    @property
    def digest(self) -> str:
        """The trace's hash: the same story has the same, in whatever process."""
        return sha256("\n".join(self.trace).encode()).hexdigest()


def simulate(story: Story) -> Outcome:
    """Tells a story until all its jobs have ended, or an invariant does not hold."""
    return _Simulation(story).outcome()


class _Simulation:
    def __init__(self, story: Story) -> None:
        self._story = story
        self._loop = SimulatedLoop(_chance(story, "order"))
        self._clock = SimulatedClock(self._loop)
        self._store = MemoryStore()
        self._ledger = Ledger(self._store, self._clock)
        self._roll: Roll = {}
        self._chance = chance = _chance(story, "ways")
        self._backdrop = Backdrop(self._ledger, self._clock, chance, story.faults, self._watch)
        self._parts = Parts(handlers(), self._clock, chance)
        self._processes = 0
        self._wrong: str | None = None

    def outcome(self) -> Outcome:
        with _silence():
            errors = self._loop.play(self._tell())
        for error in errors:
            self._wrong = self._wrong or "".join(format_exception(error))
        return Outcome(
            self._story,
            self._wrong,
            self._ledger.trace,
            jobs=len(self._ledger.lives),
            calls=self._backdrop.calls,
            faults=self._backdrop.struck,
            seconds=self._loop.time(),
        )

    async def _tell(self) -> None:
        for keeps_time in PROCESSES:
            self._begin_process(keeps_time)
        line = Line(self._backdrop)
        service = self._parts.service(*self._ends(line), MemoryJobInspector(self._store))
        client = Client(service, self._ledger.accept)
        await client.play(self._story.jobs)
        await asyncio.sleep(max(CEASE_AT - self._loop.time(), 0))
        self._backdrop.cease()
        await client.end_schedules()
        end = self._loop.time() + PATIENCE
        while self._loop.time() < end and self._ledger.unfinished:  # noqa: ASYNC110 (time is virtual)
            await asyncio.sleep(LOOK_EVERY)
        self._look(AT_THE_END)

    def _begin_process(self, keeps_time: bool) -> None:
        self._processes += 1

        def replaced() -> None:
            self._ledger.note(f"{self._loop.time():.6f} {process.name} is gone")
            # As if from outside: the context of what is gone would let nothing run.
            self._loop.call_later(AWAY, self._begin_process, keeps_time, context=Context())

        process = Process(f"w{self._processes}", replaced)
        line = Line(self._backdrop, process)
        presence = PresenceOnLine(SimulatedPresence(self._roll, process, self._chance), line)
        lifecycle = self._parts.lifecycle(*self._ends(line), presence, keeps_time=keeps_time)
        process.begin(lifecycle)

    def _ends(self, line: Line) -> tuple[QueueOnLine, SchedulerOnLine]:
        queue = MemoryJobQueue(self._store, self._clock)
        scheduler = MemoryScheduler(self._store, self._clock)
        return (
            QueueOnLine(queue, line, self._ledger),
            SchedulerOnLine(scheduler, line, self._ledger),
        )

    def _watch(self, take_down: Callable[[], object]) -> None:
        try:
            take_down()
        except Exception as error:  # noqa: BLE001 (whoever made the call would swallow it)
            self._fail(f"the ledger cannot follow: {error!r}")
        self._look(AFTER_EACH_CALL)
        self._ledger.touched.clear()

    def _look(self, invariants: Sequence[Invariant]) -> None:
        for holds in invariants:
            for wrong in holds(self._ledger, self._store):
                self._fail(f"{holds.__name__}: {wrong}")

    def _fail(self, wrong: str) -> None:
        self._wrong = self._wrong or wrong
        self._loop.halt()


def _chance(story: Story, what: str) -> Random:
    return Random(f"{story.seed}: {what}")  # noqa: S311 (chance, not secrecy)


@contextmanager
def _silence() -> Generator[None]:
    """Keeps the log of faults that are meant from being written."""
    log = logging.getLogger("jobsys")
    level = log.level
    log.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        log.setLevel(level)
