"""A tick frees the jobs of workers that died, and tells of them once."""

from datetime import timedelta

import pytest

from jobsys.application.recovery import TAKEOVER_FOR
from jobsys.application.roll_call import RollCall
from jobsys.domain.status import JobStatus
from jobsys.domain.transition import Transition
from jobsys.ports.errors import QueueUnavailable
from jobsys.ports.metric_families import PROCESSED
from jobsys.testing.faults.faulty_queue import Fault, FaultyQueue
from tests.support.bench import LEASE_FOR, Bench, Greet
from tests.support.seen_deaths import SeenDeaths
from tests.support.tickers import ticker_of

SECOND = timedelta(seconds=1)


async def test_a_worker_that_died_while_nothing_was_leased_is_forgotten(bench: Bench) -> None:
    deaths, queue = SeenDeaths("w1"), FaultyQueue(bench.queue)
    ticker = ticker_of(queue, bench.clock, roll_call=RollCall(deaths, timedelta(0), lambda: "here"))
    await ticker.tick()
    await ticker.tick()
    assert deaths.dead == []
    queue.calls.clear()
    await ticker.tick()
    assert queue.calls == ["tick"]  # and nothing more


async def test_the_job_of_a_worker_that_died_goes_back_with_a_crash_and_a_line_of_history(
    bench: Bench,
) -> None:
    lease = await bench.leased(Greet())
    bench.clock.advance(LEASE_FOR + SECOND)
    await ticker_of(bench.queue, bench.clock).tick()
    record = await bench.service.get(lease.record.id)
    assert (record.status, record.attempts, record.standing.crashes) == (JobStatus.QUEUED, 0, 1)
    assert record.errors[0].code == "WORKER_LOST"


async def test_a_cancelled_job_of_a_worker_that_died_is_cancelled_and_counted(bench: Bench) -> None:
    lease = await bench.leased(Greet())
    await bench.service.cancel(lease.record.id)
    bench.clock.advance(LEASE_FOR + SECOND)
    await ticker_of(bench.queue, bench.clock, metrics=bench.metrics).tick()
    assert (await bench.service.get(lease.record.id)).status is JobStatus.CANCELLED
    assert bench.metrics.snapshot().number(PROCESSED, "greet", "cancelled") == 1


@pytest.mark.parametrize("fault", ["before", "after"])
async def test_what_could_not_be_settled_is_settled_at_the_next_tick(
    bench: Bench, fault: Fault
) -> None:
    queue = FaultyQueue(bench.queue)
    queue.fail("turn", fault)
    lease = await bench.leased(Greet())
    bench.clock.advance(LEASE_FOR + SECOND)
    ticker = ticker_of(queue, bench.clock)
    with pytest.raises(QueueUnavailable):
        await ticker.tick()
    await ticker.tick()
    record = await bench.service.get(lease.record.id)
    assert (record.status, record.standing.crashes) == (JobStatus.QUEUED, 1)


async def test_a_queue_that_fails_is_told_and_its_job_is_freed_once_it_is_mended(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    queue = FaultyQueue(bench.queue)
    queue.damage("default")
    lease = await bench.leased(Greet())
    bench.clock.advance(LEASE_FOR + SECOND)
    ticker = ticker_of(queue, bench.clock)
    await ticker.tick()
    assert "queue default: jobs of dead workers are not freed yet: made up" in caplog.text
    assert (await bench.service.get(lease.record.id)).status is JobStatus.PROCESSING
    queue.mend("default")
    bench.clock.advance(TAKEOVER_FOR + SECOND)
    await ticker.tick()
    record = await bench.service.get(lease.record.id)
    assert (record.status, record.standing.crashes) == (JobStatus.QUEUED, 1)


async def test_what_becomes_of_the_jobs_of_dead_workers_is_announced_once(bench: Bench) -> None:
    told: list[Transition] = []
    job_id = await bench.after_crashes(Greet(), crashes=2)
    await bench.alone(await bench.claimed())
    bench.clock.advance(LEASE_FOR + SECOND)
    ticker = ticker_of(bench.queue, bench.clock, announce=told.extend)
    await ticker.tick()
    await ticker.tick()
    assert [(t.record.id, t.target) for t in told] == [(job_id, JobStatus.FAILED)]


async def test_a_job_that_somebody_else_has_freed_is_not_announced_here(bench: Bench) -> None:
    told: list[Transition] = []
    await bench.leased(Greet())
    bench.clock.advance(LEASE_FOR + SECOND)
    queue = FaultyQueue(bench.queue)
    queue.fail("turn", "before")
    ticker = ticker_of(queue, bench.clock, announce=told.extend)
    with pytest.raises(QueueUnavailable):
        await ticker.tick()
    bench.clock.advance(2 * SECOND)
    await bench.freed("default", 3)
    await ticker.tick()
    assert told == []
