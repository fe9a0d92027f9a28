"""What time asks for: due jobs, and how often somebody looks."""

import asyncio
import gc
from datetime import timedelta

from jobsys.adapters.memory.job_queue import MemoryJobQueue
from jobsys.adapters.system.clock import SystemClock
from jobsys.domain.status import JobStatus
from jobsys.testing.faults.faulty_queue import FaultyQueue
from tests.support.bench import Bench, Greet
from tests.support.tickers import ticker_of
from tests.support.workshop import until

SECOND = timedelta(seconds=1)


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
