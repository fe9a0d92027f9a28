"""Drawn stories of faults: no promise breaks, whatever happens, and each story can be told again."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest

from jobsys.domain.status import JobStatus
from jobsys.testing.simulation import (
    Course,
    FaultKind,
    Outcome,
    PlannedJob,
    Story,
    simulate,
    story_of,
)
from tests.support.copies import ROOT, run

SEEDS = 1000
SHARES = 8
PRINT_DIGESTS = (
    "from jobsys.testing.simulation import simulate, story_of;"
    "print(*[simulate(story_of(seed)).digest for seed in range(10)])"
)


@pytest.fixture(scope="module")
def outcomes() -> Sequence[Outcome]:
    """What comes of the first stories."""
    return [simulate(story_of(seed)) for seed in range(10)]


@pytest.mark.parametrize("share", range(SHARES))
def test_no_promise_breaks_in_a_thousand_stories(share: int) -> None:
    number = SEEDS // SHARES
    seeds = ["--seed", str(share * number), "--seeds", str(number)]
    told = run(ROOT / "src" / "jobsys", "tests.chaos", "sim", *seeds, "--json")
    assert told.returncode == 0, told.stderr
    [figures] = json.loads(told.stdout)
    assert figures["stories"] == number
    assert figures["faults"] > 5 * number


def test_the_same_seed_gives_the_same_trace(outcomes: Sequence[Outcome]) -> None:
    again = [simulate(story_of(seed)) for seed in range(10)]
    assert [outcome.trace for outcome in again] == [outcome.trace for outcome in outcomes]


@pytest.mark.parametrize("hash_seed", ["1", "2"])
def test_another_process_with_another_order_of_sets_gives_the_same_trace(
    hash_seed: str, outcomes: Sequence[Outcome]
) -> None:
    told = subprocess.run(
        [sys.executable, "-c", PRINT_DIGESTS],
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.split() == [outcome.digest for outcome in outcomes]


def test_each_seed_has_a_trace_of_its_own_even_with_the_same_jobs_and_faults() -> None:
    outcomes = [simulate(replace(story_of(0), seed=seed)) for seed in range(5)]
    assert len({outcome.digest for outcome in outcomes}) == len(outcomes)


def test_every_fault_strikes_and_every_course_is_taken(outcomes: Sequence[Outcome]) -> None:
    lines = [line for outcome in outcomes for line in outcome.trace]
    struck = Counter(line.split()[2] for line in lines if line.endswith("its call"))
    planned = {job.course for outcome in outcomes for job in outcome.story.jobs}
    assert set(struck) == set(FaultKind)
    assert planned == set(Course)


def test_every_end_and_a_cancel_of_a_running_job_are_seen(outcomes: Sequence[Outcome]) -> None:
    lines = {line.split()[1] for outcome in outcomes for line in outcome.trace if line[0] == " "}
    assert lines >= {status for status in JobStatus if status is not JobStatus.BLOCKED}


def test_nothing_of_a_process_that_is_gone_reaches_the_backend(
    outcomes: Sequence[Outcome],
) -> None:
    ends = 0
    for outcome in outcomes:
        names = [line.split()[1] for line in outcome.trace]
        for index, line in enumerate(outcome.trace):
            if line.endswith(" is gone"):
                ends += 1
                assert names[index] not in names[index + 1 :]
    assert ends > len(outcomes)


@pytest.mark.parametrize(
    ("job", "wrong"),
    [
        (PlannedJob("long", "a", Course.SUCCEED, at=0, takes=200), "everything_ended: a:long is"),
        (PlannedJob("no key", "a", Course.SUCCEED, at=0, takes=1), "jobsys.domain.errors."),
    ],
    ids=["a job that does not end", "a client that fails"],
)
def test_a_story_that_goes_wrong_says_why(job: PlannedJob, wrong: str) -> None:
    outcome = simulate(Story(0, jobs=(job,), faults=()))
    assert outcome.wrong is not None
    assert wrong in outcome.wrong
