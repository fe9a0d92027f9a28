"""What is wrong with a deployment: one test for each rule, and for what it leaves alone."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from jobsys.application.doctor.examination import glanced
from jobsys.application.doctor.finding import About, Standing
from jobsys.application.overview import Overview
from jobsys.application.queues import QueueView
from jobsys.application.workers import WorkerView
from jobsys.domain.circuit_state import CircuitPhase, CircuitStatus
from jobsys.domain.priority import JobPriority
from jobsys.domain.queue_policy import QueuePolicy
from jobsys.domain.status import JobStatus
from jobsys.domain.worker_card import WorkerCard
from jobsys.ports.durability import Severity, Weakness
from jobsys.ports.job_inspector import QueueCounts
from jobsys.testing.virtual_clock import START

BEGUN = START - timedelta(minutes=1)


def worker(*queues: str, age: float = 0, is_ready: bool = True) -> WorkerView:
    card = WorkerCard("w1", "host", 1, BEGUN, "1", list(queues), {}, 1, 0, 0, is_ready)
    return WorkerView(card, timedelta(seconds=age))


def starting() -> WorkerView:
    begun = worker("mails", is_ready=False)
    return replace(begun, card=replace(begun.card, started_at=START))


def queue(
    waiting: int = 0, since: float = 0, *, paused: bool = False, dead: int = 0
) -> dict[str, QueueView]:
    oldest = {JobPriority.LOW: START - timedelta(seconds=since)} if waiting else {}
    now = {**dict.fromkeys(JobStatus, 0), JobStatus.QUEUED: waiting, JobStatus.FAILED: dead}
    counts = QueueCounts(now, {}, {JobPriority.LOW: waiting}, oldest)
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
        [("workers_not_ready", "mails"), ("workers_not_ready", "w1")],
    ),
    "a worker is silent": (
        Overview(START, queue(), [worker("mails", age=8)]),
        [("worker_silent", "w1")],
    ),
    "a queue starves": (Overview(START, queue(1, 61), [READY]), [("waits_long", "mails")]),
    "a paused queue": (
        Overview(START, queue(1, 99, paused=True), [READY]),
        [("queue_paused", "mails")],
    ),
    "a few dead letters": (Overview(START, queue(dead=9)), []),
    "many dead letters": (Overview(START, queue(dead=40)), [("dead_letters", "")]),
    "a worker that starts": (Overview(START, {}, [starting()]), []),
    "a paused queue without jobs": (Overview(START, queue(paused=True), []), []),
    "an open circuit": (
        Overview(START, circuits=[circuit(CircuitPhase.OPEN)]),
        [("circuit_open", "smtp")],
    ),
    "a closed circuit": (Overview(START, circuits=[circuit(CircuitPhase.CLOSED)]), []),
    "a weak store": (
        Overview(START, weaknesses=[Weakness("REDIS_EVICTS", Severity.CRITICAL, "it evicts")]),
        [("weak_store", "")],
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
    assert [(one.code, one.name) for one in glanced(overview)] == wanted


def test_the_worst_comes_first() -> None:
    overview = Overview(START, queue(1), [worker("x", age=8)], [circuit(CircuitPhase.HALF_OPEN)])
    told = [one.standing for one in glanced(overview, more_dead=3)]
    assert told == [*[Standing.TROUBLE] * 2, *[Standing.WARNING] * 2]


def test_dead_letters_of_late_are_told_with_their_number() -> None:
    [told] = glanced(Overview(START, queue(dead=2)), more_dead=2)
    assert (told.code, told.sentence[:2]) == ("dead_letters", "2 ")


def test_what_is_found_says_what_it_is_about() -> None:
    for overview, _ in CASES.values():
        for found in glanced(overview):
            is_named = found.about in {About.QUEUES, About.CIRCUITS, About.WORKERS}
            assert bool(found.name) is is_named, found
