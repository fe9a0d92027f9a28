"""The simulation's presence: deaths are seen, most of them, and whoever is missed by mistake loses nothing."""

import asyncio
from collections.abc import Sequence
from random import Random

import pytest

from jobsys.testing.simulation import (
    Course,
    Fault,
    FaultKind,
    Outcome,
    PlannedJob,
    Story,
    simulate,
)
from jobsys.testing.simulation.loop import SimulatedLoop
from jobsys.testing.simulation.presence import Roll, SimulatedPresence
from jobsys.testing.simulation.process import Process

LONG = PlannedJob("long", "a", Course.SUCCEED, at=0, takes=8)
RENEWED_FOR = 2.0
"""Seconds that a lease lasts at least from its holder's death: it is renewed each second for three."""
SURELY_NOTICED = Random(1)  # noqa: S311 (chance, not secrecy)
SURELY_UNNOTICED = Random(0)  # noqa: S311 (chance, not secrecy)


def told(kind: FaultKind) -> Sequence[Outcome]:
    """Stories of a long job, in each of which one fault strikes whoever makes a call."""
    struck = [Fault(at_call, kind, after=False, seconds=4) for at_call in range(20, 60)]
    return [simulate(Story(7 * one.at_call, jobs=(LONG,), faults=(one,))) for one in struck]


def takeovers(outcome: Outcome) -> list[tuple[float, str]]:
    """When the long job was claimed or taken over, and by whom."""
    found, at, who = list[tuple[float, str]](), "", ""
    for line in outcome.trace:
        if not line.startswith(" "):
            at, who, *_ = line.split()
        elif line.startswith("  a:long token"):
            found.append((float(at), who))
    return found


def ends(outcome: Outcome) -> dict[str, float]:
    """When processes died or stopped."""
    lines = [line.split() for line in outcome.trace if line.endswith(" is gone")]
    return {who: float(at) for at, who, *_ in lines}


@pytest.fixture
def roll() -> Roll:
    return {}


def play(roll: Roll, process: Process, chance: Random) -> list[Sequence[str]]:
    """Who is named while a process is there, is missed, is forgotten, and dies."""
    seen: list[Sequence[str]] = []

    async def main() -> None:
        presence = SimulatedPresence(roll, process, chance)
        async with presence.present("worker"):
            seen.append([*await presence.gone()])
            process.miss(5)
            seen.append([*await presence.gone()])
            await presence.forget(["worker"])
            seen.append([*await presence.gone()])
            process.miss(5)
            await asyncio.sleep(5)
            seen.append([*await presence.gone()])
            process.die()
            seen.append([*await presence.gone()])
            await presence.forget(["worker"])
            seen.append([*await presence.gone()])

    assert SimulatedLoop(Random(0)).play(main()) == []  # noqa: S311 (chance, not secrecy)
    return seen


def test_the_dead_are_named_until_they_are_forgotten_and_the_missed_for_a_while(roll: Roll) -> None:
    seen = play(roll, Process("w1", lambda: None), SURELY_NOTICED)
    assert seen == [[], ["worker"], [], [], ["worker"], []]
    assert roll == {}


def test_a_worker_that_goes_unnoticed_is_never_named(roll: Roll) -> None:
    assert play(roll, Process("w1", lambda: None), SURELY_UNNOTICED) == [[]] * 6


def test_jobs_of_the_dead_run_again_at_once_and_of_some_only_when_their_leases_end() -> None:
    waits: list[float] = []
    for outcome in told(FaultKind.DIE):
        assert outcome.wrong is None
        (_, holder), *later = takeovers(outcome)
        if holder in ends(outcome):
            waits.append(later[0][0] - ends(outcome)[holder])
    assert [wait for wait in waits if wait < RENEWED_FOR]
    assert [wait for wait in waits if wait >= RENEWED_FOR]


def test_a_living_worker_that_is_missed_loses_its_job_to_another_and_the_job_ends_once() -> None:
    robbed = 0
    for outcome in told(FaultKind.MISS):
        assert outcome.wrong is None
        assert ends(outcome) == {}
        robbed += len(takeovers(outcome)) > 1
        assert outcome.trace.count("  a:long completed") == 1
    assert robbed
