"""What is wrong with a deployment: one test for each rule, and for what it leaves alone."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from jobsys.application.overview import Overview
from jobsys.application.queues import QueueView
from jobsys.application.troubles import troubles_of
from jobsys.application.workers import WorkerView
from jobsys.domain.circuit_state import CircuitPhase, CircuitStatus
from jobsys.domain.priority import JobPriority
from jobsys.domain.queue_policy import QueuePolicy
from jobsys.domain.worker_card import WorkerCard
from jobsys.ports.durability import Severity, Weakness
from jobsys.ports.job_inspector import QueueCounts
from jobsys.testing.virtual_clock import START

NOW = timedelta(0)


def worker(*queues: str, age: float = 0, is_ready: bool = True) -> WorkerView:
    card = WorkerCard("w1", "host", 1, START, "1", list(queues), {}, 1, 0, 0, is_ready)
    return WorkerView(card, timedelta(seconds=age))


def queue(waiting: int = 0, since: float = 0, *, paused: bool = False) -> dict[str, QueueView]:
    oldest = {JobPriority.LOW: START - timedelta(seconds=since)} if waiting else {}
    counts = QueueCounts({}, {}, {JobPriority.LOW: waiting}, oldest)
    return {"mails": QueueView(counts, QueuePolicy(paused=paused))}


def circuit(phase: CircuitPhase) -> CircuitStatus:
    return CircuitStatus(
        "smtp", phase, failures=10, changed_at=START, open_until=None, by_hand=False, probes=()
    )


READY = worker("mails")
CASES: dict[str, tuple[Overview, Sequence[tuple[str, str]]]] = {
    "nothing": (Overview(START), []),
    "all is well": (Overview(START, queue(5, 59), [READY]), []),
    "nobody serves a queue": (Overview(START, queue(5), [worker("x")]), [("no_worker", "mails")]),
    "nobody is ready": (
        Overview(START, queue(5), [worker("mails", is_ready=False)]),
        [("no_worker", "mails"), ("worker_not_ready", "w1")],
    ),
    "a worker is silent": (
        Overview(START, queue(), [worker("mails", age=8)]),
        [("worker_silent", "w1")],
    ),
    "a queue starves": (Overview(START, queue(1, 61), [READY]), [("starving", "mails")]),
    "a paused queue": (Overview(START, queue(1, 99, paused=True), []), [("paused", "mails")]),
    "a paused queue without jobs": (Overview(START, queue(paused=True), []), []),
    "an open circuit": (
        Overview(START, circuits=[circuit(CircuitPhase.OPEN)]),
        [("circuit_open", "smtp")],
    ),
    "a closed circuit": (Overview(START, circuits=[circuit(CircuitPhase.CLOSED)]), []),
    "a weak store": (
        Overview(START, weaknesses=[Weakness("REDIS_EVICTS", Severity.CRITICAL, "it evicts")]),
        [("REDIS_EVICTS", "")],
    ),
    "a store that was chosen so": (
        Overview(START, weaknesses=[Weakness("MEMORY_ONLY", Severity.INFO, "in memory")]),
        [],
    ),
}


@pytest.mark.parametrize(("overview", "wanted"), CASES.values(), ids=CASES)
def test_what_is_wrong_is_told_by_its_code_and_its_name(
    overview: Overview, wanted: Sequence[tuple[str, str]]
) -> None:
    assert [(one.code, one.name) for one in troubles_of(overview)] == wanted


def test_the_worst_comes_first() -> None:
    overview = Overview(START, queue(1), [worker("x", age=8)], [circuit(CircuitPhase.OPEN)])
    told = [one.severity for one in troubles_of(overview, more_dead=3)]
    assert told == [Severity.CRITICAL, *[Severity.WARNING] * 3]


def test_dead_letters_of_late_are_told_with_their_number() -> None:
    [told] = troubles_of(Overview(START), more_dead=40)
    assert (told.code, told.message[:2]) == ("dead_letters", "40")
