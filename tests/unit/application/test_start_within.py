"""A job that nobody began in its time is cancelled instead of being run late."""

from datetime import timedelta
from typing import Unpack

import pytest

from jobsys.application.arguments import Options
from jobsys.domain.base_job import BaseJob
from jobsys.domain.record import JobRecord
from jobsys.domain.retry import RetryPolicy
from jobsys.domain.status import JobStatus, Reason
from jobsys.ports.job_handler import JobContext
from tests.support.bench import Bench, Greet

MINUTE = timedelta(minutes=1)


class Urgent(BaseJob):
    start_within = MINUTE


async def after(
    bench: Bench, wait: timedelta, job: BaseJob, **options: Unpack[Options]
) -> JobRecord:
    """Carries a job out that lay in its queue for so long."""
    await bench.service.submit(job, **options)
    bench.clock.advance(wait)
    await bench.queue.tick(["default"], 10)
    return await bench.settled(await bench.ran(await bench.claimed()))


def counts_calls(bench: Bench, kind: type[BaseJob]) -> list[int]:
    calls: list[int] = []

    @bench.handlers.handles(kind)
    async def handler(job: BaseJob, context: JobContext) -> None:
        calls.append(context.attempt)

    return calls


@pytest.mark.parametrize(
    ("job", "options"), [(Urgent(), Options()), (Greet(), Options(start_within="1m"))]
)
async def test_a_job_that_nobody_began_in_time_is_cancelled_and_not_run(
    bench: Bench, job: BaseJob, options: Options, caplog: pytest.LogCaptureFixture
) -> None:
    calls = counts_calls(bench, type(job))
    record = await after(bench, 2 * MINUTE, job, **options)
    assert (record.status, record.standing.reason) == (JobStatus.CANCELLED, Reason.EXPIRED)
    assert calls == []
    assert "job expired: default:" in caplog.text


async def test_a_job_that_begins_in_time_runs(bench: Bench) -> None:
    calls = counts_calls(bench, Urgent)
    assert (await after(bench, MINUTE / 2, Urgent())).status is JobStatus.COMPLETED
    assert calls == [1]


@pytest.mark.parametrize(
    ("late", "status"), [(0 * MINUTE, JobStatus.COMPLETED), (2 * MINUTE, JobStatus.CANCELLED)]
)
async def test_the_time_of_a_delayed_job_counts_from_when_it_is_due(
    bench: Bench, late: timedelta, status: JobStatus
) -> None:
    counts_calls(bench, Urgent)
    record = await after(bench, 60 * MINUTE + late, Urgent(), delay=60 * MINUTE)
    assert record.status is status


async def test_a_job_that_was_begun_once_is_tried_again_however_late(bench: Bench) -> None:
    @bench.handlers.handles(Urgent)
    async def handler(job: Urgent, context: JobContext) -> None:
        if context.attempt == 1:
            raise ValueError("no luck")

    at_once = RetryPolicy(base=timedelta(0))
    assert (await after(bench, MINUTE / 2, Urgent(), retry=at_once)).status is JobStatus.RETRYING
    bench.clock.advance(60 * MINUTE)
    await bench.queue.tick(["default"], 10)
    record = await bench.settled(await bench.ran(await bench.claimed()))
    assert record.status is JobStatus.COMPLETED
