"""Metrics keep the promises of their port, whether they are asked or scraped.

The null adapter has no part in it: it promises to count nothing, which is a test of its own.
"""

import pytest

from jobsys.adapters.memory.job_metrics import MemoryJobMetrics
from jobsys.adapters.prometheus.job_metrics import PrometheusJobMetrics
from jobsys.ports.metric_families import MetricsSnapshot
from jobsys.testing.job_metrics_suite import JobMetricsSuite
from jobsys.testing.metrics import MetricsUnderTest
from tests.support.scrape import scraped


class Asked(MetricsUnderTest):
    """What was counted, as its snapshot tells it."""

    def __init__(self) -> None:
        self._metrics = MemoryJobMetrics()

    @property
    def metrics(self) -> MemoryJobMetrics:
        return self._metrics

    def seen(self) -> MetricsSnapshot:
        return self._metrics.snapshot()


class Scraped(Asked):
    """What was counted, as Prometheus reads it."""

    def seen(self) -> MetricsSnapshot:
        return scraped(PrometheusJobMetrics(self.metrics, "jobsys").registry)


@pytest.mark.contract(suite="JobMetrics", backend="memory")
class TestMemoryJobMetrics(JobMetricsSuite):
    @pytest.fixture
    def counted(self) -> MetricsUnderTest:
        return Asked()


@pytest.mark.contract(suite="JobMetrics", backend="prometheus")
class TestPrometheusJobMetrics(JobMetricsSuite):
    @pytest.fixture
    def counted(self) -> MetricsUnderTest:
        return Scraped()
