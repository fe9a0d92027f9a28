"""What the metrics have counted, as Prometheus reads it."""

from collections.abc import Callable, Iterable
from itertools import accumulate
from typing import Final

from prometheus_client import CollectorRegistry
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from jobsys.ports.job_metrics import JobMetrics
from jobsys.ports.metric_families import BOUNDS, Kind, Reading

ENDS: Final = (*map(str, BOUNDS), "+Inf")
"""How Prometheus spells the upper ends of the buckets."""


class PrometheusJobMetrics(Collector):
    """A collector that tells one process's metrics at each scrape; `registry` has no other.

    Nothing is counted here, so that counting costs a job no more than it does in memory.
    """

    def __init__(self, metrics: JobMetrics, namespace: str) -> None:
        self._metrics = metrics
        self._namespace = namespace
        self.registry = CollectorRegistry()
        self.registry.register(self)

    def collect(self) -> Iterable[Metric]:
        """Yields every family of which there are series."""
        for reading in self._metrics.snapshot().readings.values():
            yield _FAMILIES[reading.family.kind](
                f"{self._namespace}_{reading.family.name}", reading
            )


def _counter(name: str, reading: Reading) -> Metric:
    family = CounterMetricFamily(name, reading.family.help, labels=reading.family.labels)
    for labels, number in reading.numbers.items():
        family.add_metric(labels, number)
    return family


def _gauge(name: str, reading: Reading) -> Metric:
    family = GaugeMetricFamily(name, reading.family.help, labels=reading.family.labels)
    for labels, number in reading.numbers.items():
        family.add_metric(labels, number)
    return family


def _histogram(name: str, reading: Reading) -> Metric:
    family = HistogramMetricFamily(name, reading.family.help, labels=reading.family.labels)
    for labels, told in reading.distributions.items():
        up_to = accumulate(told.buckets)
        family.add_metric(labels, list(zip(ENDS, up_to, strict=True)), told.total)
    return family


_FAMILIES: Final[dict[Kind, Callable[[str, Reading], Metric]]] = {
    Kind.COUNTER: _counter,
    Kind.GAUGE: _gauge,
    Kind.HISTOGRAM: _histogram,
}
