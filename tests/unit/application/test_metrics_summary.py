"""A snapshot in few numbers, the same whether it was asked for or scraped."""

from dataclasses import replace

import pytest

from jobsys import JobPriority
from jobsys.adapters.memory.job_metrics import MemoryJobMetrics
from jobsys.adapters.prometheus.job_metrics import PrometheusJobMetrics
from jobsys.application.metrics_summary import MetricsSummary, summary
from jobsys.domain.status import JobEvent
from jobsys.ports.metric_families import MetricsSnapshot
from jobsys.testing.endings import ended
from jobsys.testing.metrics import leased
from jobsys.testing.virtual_clock import START
from tests.support.scrape import scraped


@pytest.mark.parametrize("by_scrape", [False, True])
def test_the_summary_has_rates_times_retries_and_queues(by_scrape: bool) -> None:
    metrics = MemoryJobMetrics()
    lease = leased("send")
    failed = ended(lease, JobEvent.FAILED, for_good=True)
    retried = ended(lease, JobEvent.FAILED)
    cancelled = ended(lease, JobEvent.DISCARDED)
    metrics.settled([lease.succeeded(None)] * 6 + [failed, retried, cancelled], START)
    for seconds in (1, 2, 6):
        metrics.observe_job_duration("send", seconds)
    metrics.set_queue_sizes({"emails": {JobPriority.HIGH: 3, JobPriority.LOW: 0}})
    snapshot = metrics.snapshot()
    if by_scrape:
        snapshot = scraped(PrometheusJobMetrics(metrics, "jobsys").registry)
    assert summary(replace(snapshot, seconds=4)) == MetricsSummary(
        processed=8,
        failed=2,
        retries={"send": 1},
        jobs_per_second=2,
        failure_rate=0.25,
        average_seconds=3,
        queue_sizes={"emails": {"high": 3, "low": 0}},
    )


def test_the_summary_of_nothing_is_nought() -> None:
    assert summary(MetricsSnapshot()) == MetricsSummary(0, 0, {}, 0, 0, 0, {})
