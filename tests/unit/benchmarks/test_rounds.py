"""Rounds in which contenders take turns, and their medians."""

from collections import defaultdict
from dataclasses import replace

import pytest

from tests.benchmarks.contenders import Contender
from tests.benchmarks.measures import JOBSYS, RAW, Measure, also
from tests.benchmarks.reading import Reading
from tests.benchmarks.rounds import Row, jobs_of, measured
from tests.benchmarks.stage import Failed, Stage

OTHER = also(JOBSYS, "other")
RATES = {"raw": [100, 10, 40], "jobsys": [50, 4, 40], "other": [25, 4, 10]}


class Readings:
    """Takes what was measured from a table, and remembers the order."""

    def __init__(self) -> None:
        self.order: list[str] = []
        self._rounds = defaultdict[str, int](int)

    def __call__(self, _stage: Stage, contender: Contender, _jobs: int) -> Reading:
        self.order.append(contender.name)
        number = self._rounds[contender.name]
        self._rounds[contender.name] += 1
        rate = RATES[contender.name][number]
        return Reading({"rate": rate}, "one is lost" if rate == 10 else "")


def rows_of(take: Readings) -> dict[str, Row]:
    measure = Measure("no-op", "Running", take, 1000, [JOBSYS, OTHER, RAW], ["raw", "jobsys"])
    with Stage() as stage:
        return {row.contender: row for row in measured(stage, measure, rounds=3, scale=0.1)}


def test_figures_are_medians_and_ratios_are_medians_of_those_within_a_round() -> None:
    rows = rows_of(Readings())
    assert {name: row.figures["rate"] for name, row in rows.items()} == {
        "jobsys": 40, "other": 10, "raw": 40,
    }  # fmt: skip
    assert rows["jobsys"].ratios == {"raw": pytest.approx(0.5)}
    assert rows["other"].ratios == {"raw": pytest.approx(0.25), "jobsys": pytest.approx(0.5)}
    assert rows["raw"].ratios == {}


def test_each_round_has_everybody_in_an_order_of_its_own() -> None:
    take = Readings()
    rows_of(take)
    rounds = [tuple(take.order[start : start + 3]) for start in (0, 3, 6)]
    assert all(set(each) == {"jobsys", "other", "raw"} for each in rounds)
    assert len(set(rounds)) > 1


def test_a_fault_of_any_round_is_the_rows_and_the_jobs_go_by_the_scale() -> None:
    rows = rows_of(Readings())
    assert rows["raw"].fault == rows["other"].fault == "one is lost"
    assert rows["jobsys"].fault == ""
    assert rows["jobsys"].jobs == 100


def test_a_slow_contender_is_given_fewer_jobs_where_its_rate_is_measured() -> None:
    slow = replace(RAW, engine=replace(RAW.engine, share=0.1))
    measure = Measure("no-op", "Running", Readings(), 1000, [slow])
    assert jobs_of(measure, slow, scale=1) == 100
    assert jobs_of(replace(measure, compared="p50_ms"), slow, scale=1) == 1000
    assert jobs_of(measure, slow, scale=0.001) == measure.fewest


def test_a_contender_that_fails_has_a_row_without_figures_that_says_so() -> None:
    def fail(_stage: Stage, _contender: Contender, _jobs: int) -> Reading:
        raise Failed("a worker ended")

    with Stage() as stage:
        [row] = measured(stage, Measure("no-op", "Running", fail, 10, [JOBSYS]), 2, 1)
    assert (row.figures, row.ratios, row.fault) == ({}, {}, "a worker ended")
