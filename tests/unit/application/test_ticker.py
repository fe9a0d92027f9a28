"""What time asks for: due jobs, expired leases, and how often somebody looks."""

import asyncio
import gc
from collections.abc import Sequence
from datetime import timedelta

import pytest

from jobsys.adapters.memory.job_queue import MemoryJobQueue
from jobsys.adapters.memory.presence import MemoryPresence
from jobsys.adapters.null.job_metrics import NullJobMetrics
from jobsys.adapters.system.clock import SystemClock
from jobsys.application.recovery import TAKEOVER_FOR, Recovery, RecoveryOptions
from jobsys.application.reporter import Announce, Reporter
from jobsys.application.roll_call import RollCall
from jobsys.application.ticker import Ticker, TickerOptions
from jobsys.domain.status import JobStatus
from jobsys.domain.transition import Transition
from jobsys.ports.clock import Clock
from jobsys.ports.errors import QueueUnavailable
from jobsys.ports.job_metrics import JobMetrics
from jobsys.ports.job_queue import JobQueue
from jobsys.ports.metric_families import PROCESSED
from jobsys.testing.faults.faulty_queue import Fault, FaultyQueue
from tests.support.bench import LEASE_FOR, Bench, Greet
from tests.support.seen_deaths import SeenDeaths
from tests.support.workshop import until

SECOND = timedelta(seconds=1)


def ignored(_: Sequence[Transition]) -> None:
    """Takes note of nothing."""


def ticker_of(
    queue: JobQueue,
    clock: Clock,
    interval: timedelta = SECOND / 2,
    metrics: JobMetrics | None = None,
    announce: Announce = ignored,
    roll_call: RollCall | None = None,
) -> Ticker:
    reporter = Reporter(metrics or NullJobMetrics(), clock, announce)
    roll_call = roll_call or RollCall(MemoryPresence(), LEASE_FOR, lambda: "here")
    recovery = Recovery(queue, roll_call, clock, RecoveryOptions(LEASE_FOR, 3), reporter)
    return Ticker(queue, clock, lambda: ["default"], TickerOptions(LEASE_FOR, interval), recovery)


async def test_a_due_job_becomes_ready(bench: Bench) -> None:
    job_id = await bench.service.submit(Greet(), delay=SECOND)
    ticker = ticker_of(bench.queue, bench.clock)
    assert await ticker.tick() == SECOND / 2
    bench.clock.advance(SECOND)
    await ticker.tick()
    assert (await bench.service.get(job_id)).status is JobStatus.QUEUED


async def test_a_quiet_queue_is_looked_at_seldom(bench: Bench) -> None:
    await bench.service.submit(Greet())
    assert await ticker_of(bench.queue, bench.clock).tick() == SECOND * 5


async def test_more_due_jobs_than_one_call_takes_are_taken_without_a_pause(bench: Bench) -> None:
    await bench.service.submit_many([Greet()] * 700, delay=SECOND)
    bench.clock.advance(SECOND)
    ticker = ticker_of(bench.queue, bench.clock)
    assert await ticker.tick() == timedelta(0)
    assert await ticker.tick() == SECOND * 5
    assert (await bench.service.counts())["default"].now[JobStatus.QUEUED] == 700


async def test_a_lease_in_somebodys_hands_is_looked_after(bench: Bench) -> None:
    await bench.leased(Greet())
    assert await ticker_of(bench.queue, bench.clock).tick() == SECOND / 2


async def test_a_queue_in_which_something_was_leased_a_moment_ago_is_looked_after(
    bench: Bench,
) -> None:
    ticker, lease = ticker_of(bench.queue, bench.clock), await bench.leased(Greet())
    await ticker.tick()
    await bench.settled(lease.succeeded(None))
    assert await ticker.tick() == SECOND / 2


async def test_a_ticker_that_has_just_started_does_not_trust_the_quiet(bench: Bench) -> None:
    queue = FaultyQueue(bench.queue)
    ticker = ticker_of(queue, bench.clock, interval=timedelta(milliseconds=5))
    await ticker.start()
    await until(lambda: queue.calls.count("tick") == 4)
    await ticker.stop()


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


async def test_an_expected_instant_is_not_slept_through(bench: Bench) -> None:
    clock, queue = SystemClock(), FaultyQueue(MemoryJobQueue(bench.store, SystemClock()))
    ticker = ticker_of(queue, clock)
    await ticker.start()
    await until(lambda: queue.calls == ["tick"])
    ticker.expect(clock.now() + timedelta(milliseconds=50))
    await until(lambda: len(queue.calls) == 2, SECOND)
    ticker.expect_after(timedelta(milliseconds=50))
    await until(lambda: len(queue.calls) == 3, SECOND)
    await ticker.stop()


async def test_a_backend_whose_clock_is_behind_is_not_asked_without_pause(bench: Bench) -> None:
    queue = FaultyQueue(bench.queue)
    await bench.service.submit(Greet(), delay=SECOND)
    ticker = ticker_of(queue, SystemClock(), interval=timedelta(milliseconds=100))
    bench.clock.advance(timedelta(days=-3650))
    await ticker.start()
    await asyncio.sleep(0.2)
    await ticker.stop()
    assert queue.calls.count("tick") <= 20


async def test_a_job_due_far_away_costs_one_timer_however_often_it_is_seen(bench: Bench) -> None:
    await bench.service.submit(Greet(), delay="10d")
    ticker, before = ticker_of(bench.queue, bench.clock), timers()
    for _ in range(20):
        await ticker.tick()
    assert timers() - before <= 1


def timers() -> int:
    """Returns how many timers of tickers are set."""
    gc.collect()
    handles = (o for o in gc.get_objects() if isinstance(o, asyncio.TimerHandle))
    return sum(1 for handle in handles if not handle.cancelled())


async def test_no_error_ends_the_ticker(bench: Bench) -> None:
    queue = FaultyQueue(bench.queue)
    queue.fail("tick", "before", "after", "before")
    ticker = ticker_of(queue, bench.clock, interval=timedelta(milliseconds=5))
    await ticker.start()
    await until(lambda: queue.calls.count("tick") == 4)
    await ticker.stop()
    await ticker.stop()


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
