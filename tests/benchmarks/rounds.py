"""Rounds in which contenders take turns, and what they come to."""

import random
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from tests.benchmarks.contenders import Contender
from tests.benchmarks.measures import Measure
from tests.benchmarks.reading import Reading
from tests.benchmarks.stage import Failed, Stage


@dataclass(frozen=True)
class Row:
    """What a contender showed in a measure: the medians of its rounds.

    `ratios` are the medians of what it reached of another's figure in the same round.
    """

    measure: str
    table: str
    contender: str
    jobs: int
    figures: dict[str, float]
    ratios: dict[str, float]
    fault: str


Readings = Mapping[str, Sequence[Reading]]


def measured(stage: Stage, measure: Measure, rounds: int, scale: float) -> list[Row]:
    """Returns a row for each contender, who take turns in another order each round."""
    readings: dict[str, list[Reading]] = {each.name: [] for each in measure.contenders}
    for number in range(rounds):
        order = list(measure.contenders)
        random.Random(number).shuffle(order)  # noqa: S311 (an order, not a secret)
        for contender in order:
            jobs = jobs_of(measure, contender, scale)
            readings[contender.name].append(_reading(stage, measure, contender, jobs))
    return [
        row(measure, contender, jobs_of(measure, contender, scale), readings)
        for contender in measure.contenders
    ]


def jobs_of(measure: Measure, contender: Contender, scale: float) -> int:
    """Returns how many jobs a contender is given: a slow one fewer, where a rate is measured."""
    share = contender.engine.share if measure.compared == "rate" else 1
    return max(measure.fewest, round(measure.jobs * share * scale))


def row(measure: Measure, contender: Contender, jobs: int, readings: Readings) -> Row:
    """Returns the medians; a fault of any round is the row's."""
    own = readings[contender.name]
    names = dict.fromkeys(name for reading in own for name in reading.figures)
    return Row(
        measure.name,
        measure.table,
        contender.name,
        jobs,
        {name: _median(own, name) for name in names},
        _ratios(measure, contender, readings),
        "; ".join(dict.fromkeys(reading.fault for reading in own if reading.fault)),
    )


def _ratios(measure: Measure, contender: Contender, readings: Readings) -> dict[str, float]:
    """Returns the shares of the others' figures; the others have those of who is named before."""
    others = list(measure.against)
    if contender.name in others:
        del others[others.index(contender.name) :]
    found = {
        other: _ratio(readings[contender.name], readings.get(other, ()), measure.compared)
        for other in others
    }
    return {other: ratio for other, ratio in found.items() if ratio is not None}


def _median(readings: Sequence[Reading], name: str) -> float:
    return median([each.figures[name] for each in readings if name in each.figures])


def _ratio(own: Sequence[Reading], others: Sequence[Reading], name: str) -> float | None:
    pairs = zip(own, others, strict=False)
    figures = [(each.figures.get(name), other.figures.get(name)) for each, other in pairs]
    ratios = [a / b for a, b in figures if a is not None and b]
    return median(ratios) if ratios else None


def _reading(stage: Stage, measure: Measure, contender: Contender, jobs: int) -> Reading:
    sys.stderr.write(f"{measure.name}: {contender.name} …")
    sys.stderr.flush()
    try:
        reading = measure.take(stage, contender, jobs)
    except Failed as failure:
        reading = Reading({}, str(failure))
    figure = reading.figures.get(measure.compared)
    sys.stderr.write(f" {'' if figure is None else f'{figure:,.2f}'} {reading.fault}\n")
    return reading
