"""What jobs depend on goes away and comes back: they wait, and spend nothing on it."""

import asyncio
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from jobsys import BaseJob, Circuit, JobContext, JobStatus, JobsysContainer, RetryPolicy, Settings
from tests.chaos.dependency import Extent, take_away

JOBS = 1000
SPREAD = timedelta(seconds=12)
"""A tenth of the 120 s for which the circuit stays open."""


class AskTheSameHost(BaseJob):
    retry = RetryPolicy(max_attempts=5, base=timedelta(milliseconds=10))
    circuit = Circuit("host")


@pytest.mark.parametrize("backend", ["sqlite", "redis"])
async def test_an_outage_costs_the_failures_that_show_it_and_the_probes_and_no_job(
    backend: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    redis: str = request.getfixturevalue("clean_redis_url") if backend == "redis" else ""
    url = redis or f"sqlite:///{tmp_path / 'jobs.db'}"
    figures = await take_away(url, 6, 1, tmp_path, Extent(JOBS, periods=2))
    assert figures.jobs == JOBS
    assert figures.promised, figures
    assert figures.spent == 10 + figures.probes


async def test_a_thousand_jobs_that_a_circuit_holds_are_due_again_at_different_times() -> None:
    container = JobsysContainer(Settings(backend="memory://", worker={"concurrency": 50}))
    calls = 0

    @container.handles(AskTheSameHost)
    async def fail(job: AskTheSameHost, context: JobContext) -> None:
        nonlocal calls
        calls += 1
        await asyncio.sleep(0)
        raise ConnectionError("the host is down")

    async with container.lifecycle():
        jobs = container.job_service()
        await jobs.submit_many([AskTheSameHost()] * JOBS)
        async with asyncio.timeout(30):
            while (await jobs.counts())["default"].now[JobStatus.SCHEDULED] < JOBS:  # noqa: ASYNC110 (others change it)
                await asyncio.sleep(0.01)
        records = (await jobs.find(limit=JOBS)).records
    assert calls <= 50  # those that ran when it opened
    assert sum(record.attempts for record in records) == 10
    dues = [record.standing.due_at.timestamp() for record in records if record.standing.due_at]
    assert len(dues) == JOBS
    each_second = Counter(due // 1 for due in dues)
    assert max(each_second.values()) <= 3 * JOBS / SPREAD.total_seconds()
