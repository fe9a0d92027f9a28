"""`jobsys fsck --repair`, again and again beside workers at work, finds nothing and changes nothing."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from jobsys import BaseJob, JobContext, JobsysContainer, RetryPolicy, Settings
from jobsys.application.store_check import CheckStore, StoreReport
from jobsys.domain.priority import ALL_LEVELS
from jobsys.domain.status import JobStatus

JOBS = 1500
AT_ONCE = timedelta(milliseconds=1)


class Task(BaseJob):
    """Fails once, if it is asked to."""

    retry = RetryPolicy(max_attempts=3, base=AT_ONCE, cap=AT_ONCE)
    number: int

    @property
    def stumbles(self) -> bool:
        return self.number % 7 == 0


@pytest.fixture(params=["sqlite", "redis"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/jobs.db?synchronous=NORMAL"
    clean: str = request.getfixturevalue("clean_redis_url")
    return clean


def working(url: str) -> JobsysContainer:
    container = JobsysContainer(Settings(backend=url, worker={"concurrency": 20}))

    @container.handles(Task)
    async def run(job: Task, context: JobContext) -> int:
        await asyncio.sleep(0)
        if job.stumbles and context.attempt == 1:
            raise ValueError("stumbled")
        return job.number

    return container


async def fed(container: JobsysContainer) -> None:
    """Submits jobs of each level in small batches, and cancels some of them."""
    jobs = container.job_service()
    for begin in range(0, JOBS, 50):
        level = ALL_LEVELS[begin // 50 % len(ALL_LEVELS)]
        batch = [Task(number=n) for n in range(begin, begin + 50)]
        ids = await jobs.submit_many(batch, priority=level)
        await jobs.cancel(ids[-1])


async def ended(container: JobsysContainer) -> int:
    counts = (await container.job_service().counts()).get("default")
    return sum(counts.now[s] for s in JobStatus if s.is_final) if counts else 0


async def test_a_repair_in_a_loop_beside_workers_finds_nothing_and_loses_nothing(url: str) -> None:
    container, reports = working(url), list[StoreReport]()
    async with container.lifecycle():
        feeding = asyncio.create_task(fed(container))
        while await ended(container) < JOBS:
            report = await CheckStore(repair=True).run(
                container.backend().ports.checker(), lambda _: None
            )
            reports.append(report)
        await feeding
        found = [outcome for report in reports for outcome in report.outcomes]
        assert found == []
        assert len(reports) > 1
        counts = (await container.job_service().counts())["default"]
        assert counts.ever[JobStatus.QUEUED] >= JOBS
        assert sum(counts.now.values()) == JOBS
        assert counts.now[JobStatus.FAILED] == 0
