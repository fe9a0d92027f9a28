"""What is wrong with a deployment, by rules over what is seen of it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Final

from jobsys.application.overview import Overview
from jobsys.application.workers import WorkerState
from jobsys.domain.circuit_state import CircuitPhase
from jobsys.domain.duration import told_span
from jobsys.domain.value import value
from jobsys.ports.durability import Severity

STARVES_AFTER: Final = timedelta(minutes=1)
"""For how long a job may be ready while workers take jobs of its queue."""


class About(StrEnum):
    """What a trouble is with, and where it is mended."""

    JOBS = "jobs"
    QUEUES = "queues"
    WORKERS = "workers"
    CIRCUITS = "circuits"
    STORE = "store"


@value
class Trouble:
    """One thing that is wrong: a stable code, and a sentence that says what mends it.

    `name` is the queue, worker or circuit that is meant, where it is one.
    """

    about: About
    code: str
    severity: Severity
    message: str
    name: str = ""


def troubles_of(overview: Overview, more_dead: int = 0) -> Sequence[Trouble]:
    """Returns what is wrong, the worst first; `more_dead` jobs have failed for good of late."""
    found = [trouble for rule in RULES for trouble in rule(overview)]
    if more_dead:
        told = f"{more_dead} jobs have become dead letters of late: jobsys dlq summary says why"
        found.append(Trouble(About.JOBS, "dead_letters", Severity.WARNING, told))
    return sorted(found, key=lambda one: WORST_FIRST.index(one.severity))


def _store(overview: Overview) -> Iterator[Trouble]:
    for one in overview.weaknesses:
        if one.severity is not Severity.INFO:  # that was chosen
            yield Trouble(About.STORE, one.code, one.severity, one.message)


def _workers(overview: Overview) -> Iterator[Trouble]:
    for one in overview.workers:
        if one.state is not WorkerState.READY:
            code = f"worker_{one.state}"
            told = f"worker {one.card.worker} of {one.card.host}: {one.why}"
            yield Trouble(About.WORKERS, code, Severity.WARNING, told, one.card.worker)


def _queues_nobody_serves(overview: Overview) -> Iterator[Trouble]:
    served = {queue for one in overview.ready_workers for queue in one.card.queues}
    for name, queue in overview.queues.items():
        waiting = sum(queue.counts.waiting.values())
        if waiting and name not in served and not queue.policy.paused:
            told = f"queue {name} has {waiting} waiting, and no worker that is ready serves it"
            mend = f"start one that names it: --queue {name}"
            yield Trouble(About.QUEUES, "no_worker", Severity.CRITICAL, f"{told}: {mend}", name)


def _queues_that_starve(overview: Overview) -> Iterator[Trouble]:
    served = {queue for one in overview.ready_workers for queue in one.card.queues}
    for name in served.intersection(overview.queues):
        waited = overview.waited(name)
        if waited and waited > STARVES_AFTER and not overview.queues[name].policy.paused:
            told = f"a job of queue {name} has been ready for {told_span(waited)}"
            mend = "add workers or slots, or let it age: jobsys queue configure --age-after"
            yield Trouble(About.QUEUES, "starving", Severity.WARNING, f"{told}: {mend}", name)


def _paused(overview: Overview) -> Iterator[Trouble]:
    for name, queue in overview.queues.items():
        waiting = sum(queue.counts.waiting.values())
        if queue.policy.paused and waiting:
            told = f"queue {name} is paused, with {waiting} waiting"
            mend = f"jobsys queue resume {name}"
            yield Trouble(About.QUEUES, "paused", Severity.INFO, f"{told}: {mend}", name)


def _circuits(overview: Overview) -> Iterator[Trouble]:
    for one in overview.circuits:
        if one.phase is not CircuitPhase.CLOSED:
            why = "by hand" if one.by_hand else f"after {one.failures} failures in a row"
            mend = f"once what it guards works again, jobsys circuit close {one.name}"
            told = f"circuit {one.name} is {one.phase} {why}, and holds its jobs: {mend}"
            yield Trouble(About.CIRCUITS, "circuit_open", Severity.WARNING, told, one.name)


Rule = Callable[[Overview], Iterable[Trouble]]
RULES: Final[Sequence[Rule]] = (
    _store,
    _queues_nobody_serves,
    _workers,
    _queues_that_starve,
    _circuits,
    _paused,
)
WORST_FIRST: Final = (Severity.CRITICAL, Severity.WARNING, Severity.INFO)
