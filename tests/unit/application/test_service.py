"""Looking at jobs, waiting for them, cancelling and retrying them."""

import asyncio
from datetime import timedelta

import pytest

from jobsys.application.commands import CancelOutcome
from jobsys.domain.errors import IllegalTransition, InvalidJob, InvalidName, JobNotFound
from jobsys.domain.retention import Retention
from jobsys.domain.status import JobStatus, Reason
from jobsys.testing.jobs import CRASH
from tests.support.bench import Bench, Greet

SOON = timedelta(seconds=5)
UNKNOWN = "default:nobody"


async def test_a_job_that_is_not_there_is_not_found(bench: Bench) -> None:
    with pytest.raises(JobNotFound, match=UNKNOWN):
        await bench.service.get(UNKNOWN)
    with pytest.raises(JobNotFound, match=UNKNOWN):
        await bench.service.wait(UNKNOWN, SOON)
    with pytest.raises(JobNotFound, match=UNKNOWN):
        await bench.service.retry(UNKNOWN)
    assert await bench.service.cancel(UNKNOWN) is CancelOutcome.NOT_FOUND


@pytest.mark.parametrize("text", ["", "default", "default:", "a b:c", "default:a:b", 5, None])
async def test_what_is_no_id_is_refused_as_such(bench: Bench, text: str) -> None:
    for refuse in (bench.service.get, bench.service.cancel, bench.service.retry):
        with pytest.raises(InvalidName):
            await refuse(text)


@pytest.mark.parametrize("text", ["default", 5])
async def test_a_refused_id_is_told_what_an_id_looks_like(bench: Bench, text: str) -> None:
    with pytest.raises(InvalidName, match="an id is queue:key"):
        await bench.service.get(text)


async def test_jobs_are_found_by_status_queue_and_type_page_by_page(bench: Bench) -> None:
    ids = await bench.service.submit_many([Greet()] * 3, queue="a")
    await bench.service.submit(Greet(), queue="b")
    await bench.service.submit(Greet(), queue="a", delay="1h")
    first = await bench.service.find(status=JobStatus.QUEUED, queue="a", job_type="greet", limit=2)
    rest = await bench.service.find(
        status=JobStatus.QUEUED, queue="a", job_type="greet", limit=2, after=first.next
    )
    assert [r.id for r in (*first.records, *rest.records)] == ids
    assert rest.next is None


async def test_counts_tell_what_is_now_and_what_ever_was(bench: Bench) -> None:
    await bench.service.submit(Greet())
    await bench.service.cancel(await bench.service.submit(Greet()))
    counts = (await bench.service.counts())["default"]
    assert (counts.now[JobStatus.QUEUED], counts.now[JobStatus.CANCELLED]) == (1, 1)
    assert counts.ever[JobStatus.QUEUED] == 2


async def test_a_wait_ends_with_the_job(bench: Bench) -> None:
    lease = await bench.leased(Greet())
    waiting = asyncio.create_task(bench.service.wait(lease.record.id))
    await asyncio.sleep(0)
    await bench.settled(lease.succeeded(b'"done"'))
    assert (await waiting).result == "done"


async def test_a_wait_that_takes_too_long_ends_and_leaves_the_job_alone(bench: Bench) -> None:
    job_id = await bench.service.submit(Greet())
    with pytest.raises(TimeoutError):
        await bench.service.wait(job_id, timedelta(milliseconds=10))
    assert (await bench.service.get(job_id)).status is JobStatus.QUEUED


@pytest.mark.parametrize("timeout", [10, 0.5, "10", "soon"])
async def test_a_wait_whose_time_is_no_duration_is_refused_and_told_how_to_write_one(
    bench: Bench, timeout: str
) -> None:
    job_id = await bench.service.submit(Greet())
    with pytest.raises(InvalidJob, match=r"timeout: .* give a timedelta or a text with units"):
        await bench.service.wait(job_id, timeout)


async def test_the_time_of_a_wait_may_be_written_as_in_the_options(bench: Bench) -> None:
    job_id = await bench.service.submit(Greet())
    with pytest.raises(TimeoutError):
        await bench.service.wait(job_id, "10ms")


async def test_an_ended_job_is_answered_even_by_a_wait_of_no_time(bench: Bench) -> None:
    record = await bench.settled((await bench.leased(Greet())).succeeded(None))
    assert await bench.service.wait(record.id, timedelta(0)) == record


async def test_a_waiting_job_is_cancelled_at_once(bench: Bench) -> None:
    job_id = await bench.service.submit(Greet())
    assert await bench.service.cancel(job_id) is CancelOutcome.CANCELLED
    record = await bench.service.get(job_id)
    assert (record.status, record.standing.reason) == (JobStatus.CANCELLED, Reason.REQUESTED)


@pytest.mark.parametrize(
    ("retention", "kept_for"),
    [
        (None, timedelta(hours=1)),
        (Retention(done=timedelta(days=2)), timedelta(days=2)),
        (Retention(done=timedelta(0)), timedelta(0)),
        (Retention(done=None), timedelta(days=30_000)),
    ],
)
async def test_a_cancelled_job_is_kept_as_long_as_its_own_retention_says(
    bench: Bench, retention: Retention | None, kept_for: timedelta
) -> None:
    job_id = await bench.service.submit(Greet(), retention=retention)
    await bench.service.cancel(job_id)
    if kept_for:
        bench.clock.advance(kept_for - timedelta(seconds=1))
        await bench.queue.tick(["default"], 10)
        assert (await bench.service.get(job_id)).status is JobStatus.CANCELLED
    if retention != Retention(done=None):
        bench.clock.advance(timedelta(seconds=1))
        await bench.queue.tick(["default"], 10)
        with pytest.raises(JobNotFound):
            await bench.service.get(job_id)


async def test_a_running_job_is_asked_to_stop_however_often(bench: Bench) -> None:
    lease = await bench.leased(Greet())
    answers = [await bench.service.cancel(lease.record.id) for _ in range(2)]
    assert answers == [CancelOutcome.REQUESTED] * 2
    assert (await bench.service.get(lease.record.id)).status is JobStatus.CANCELLING


async def test_a_job_that_has_ended_is_too_late_to_cancel(bench: Bench) -> None:
    record = await bench.settled((await bench.leased(Greet())).succeeded(None))
    assert await bench.service.cancel(record.id) is CancelOutcome.TOO_LATE


async def test_a_dead_letter_is_retried_with_all_its_attempts_and_its_errors(bench: Bench) -> None:
    lease = await bench.leased(Greet())
    dead = await bench.settled(lease.failed(CRASH, None, Reason.EXHAUSTED))
    await bench.service.retry(dead.id)
    record = await bench.service.get(dead.id)
    assert (record.status, record.attempts, len(record.errors)) == (JobStatus.QUEUED, 0, 1)


async def test_a_job_that_waits_runs_or_is_completed_cannot_be_retried(bench: Bench) -> None:
    lease = await bench.leased(Greet())
    waiting = await bench.service.submit(Greet())
    for job_id, status in ((waiting, "queued"), (lease.record.id, "processing")):
        with pytest.raises(IllegalTransition, match=f"is {status}"):
            await bench.service.retry(job_id)
    await bench.settled(lease.succeeded(None))
    with pytest.raises(IllegalTransition, match="submit it again"):
        await bench.service.retry(lease.record.id)
