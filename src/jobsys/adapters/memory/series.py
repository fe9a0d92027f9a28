"""Series of numbers and of observations, by the values of their labels."""

from abc import abstractmethod
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from typing import Final, Protocol

from jobsys.ports.metric_families import BOUNDS, Distribution, Family, Kind, Labels, Reading

FEW: Final = 6
"""How many observations are cheaper one by one."""

Admit = Callable[[Labels], Labels]


class Histogram:
    """How many observations fell into each bucket, and their sum, which never falls."""

    __slots__ = ("_buckets", "_total")

    def __init__(self) -> None:
        self._buckets = [0] * (len(BOUNDS) + 1)
        self._total = 0.0

    def observe(self, seconds: float) -> None:
        """Adds one observation."""
        self._buckets[bisect_left(BOUNDS, seconds)] += 1
        if seconds > 0:
            self._total += seconds

    def observe_all(self, observations: Sequence[float]) -> None:
        """Adds many at a fraction of what they cost one by one: sorted, the bounds are looked up."""
        if len(observations) < FEW:
            for seconds in observations:
                self.observe(seconds)
            return
        ordered, below = sorted(observations), 0
        for bucket, bound in enumerate(BOUNDS):
            reached = bisect_right(ordered, bound, below)
            self._buckets[bucket] += reached - below
            below = reached
        self._buckets[-1] += len(ordered) - below
        self._total += max(sum(ordered), 0.0)

    def told(self) -> Distribution:
        """Returns what was observed so far."""
        return Distribution(tuple(self._buckets), self._total)


class Series(Protocol):
    """The series of one family; the first `take` under new labels makes one more."""

    family: Family

    @abstractmethod
    def take(self, labels: Labels, number: float) -> None:
        """Counts a number in the series of these labels."""

    @abstractmethod
    def read(self) -> Reading:
        """Returns the family as it stands."""


class Counters(Series):
    """Numbers that grow; `admit` says under which labels a new series is kept."""

    def __init__(self, family: Family, admit: Admit) -> None:
        self.family = family
        self._admit = admit
        self._numbers: dict[Labels, float] = {}

    def take(self, labels: Labels, number: float) -> None:
        try:
            self._numbers[labels] += number
        except KeyError:
            admitted = self._admit(labels)
            self._numbers[admitted] = self._numbers.get(admitted, 0) + number

    def read(self) -> Reading:
        return Reading(self.family, numbers=dict(self._numbers))


class Gauges(Counters):
    """Numbers that are set."""

    def take(self, labels: Labels, number: float) -> None:
        self._numbers[self._admit(labels)] = number


class Peaks(Counters):
    """Numbers of which the highest is kept."""

    def take(self, labels: Labels, number: float) -> None:
        admitted = self._admit(labels)
        self._numbers[admitted] = max(self._numbers.get(admitted, number), number)


class Histograms(Series):
    """Observations in buckets; `admit` says under which labels a new series is kept."""

    def __init__(self, family: Family, admit: Admit) -> None:
        self.family = family
        self._admit = admit
        self._histograms: dict[Labels, Histogram] = {}

    def take(self, labels: Labels, number: float) -> None:
        (self._histograms.get(labels) or self._new(labels)).observe(number)

    def take_all(self, labels: Labels, observations: Sequence[float]) -> None:
        """Counts many observations in the series of these labels."""
        (self._histograms.get(labels) or self._new(labels)).observe_all(observations)

    def _new(self, labels: Labels) -> Histogram:
        return self._histograms.setdefault(self._admit(labels), Histogram())

    def read(self) -> Reading:
        told = {labels: histogram.told() for labels, histogram in self._histograms.items()}
        return Reading(self.family, distributions=told)


MAKERS: Final[Mapping[Kind, Callable[[Family, Admit], Series]]] = {
    Kind.COUNTER: Counters,
    Kind.GAUGE: Gauges,
    Kind.HISTOGRAM: Histograms,
}
