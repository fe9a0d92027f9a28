"""What time asks for: due jobs, and how often somebody looks."""

import asyncio
import gc
from datetime import timedelta
from itertools import count

import pytest

from jobsys.adapters.memory.job_queue import MemoryJobQueue
from jobsys.adapters.memory.store import MemoryStore
from jobsys.adapters.system.clock import SystemClock
from jobsys.application import ticker as ticker_module
from jobsys.application.roll_call import RollCall
from jobsys.domain.retention import Retention
from jobsys.domain.status import JobStatus
from jobsys.ports.turn import Claim, TurnTicket
from jobsys.testing.faults.faulty_queue import FaultyQueue
from jobsys.testing.jobs import job
from jobsys.testing.virtual_clock import VirtualClock
from tests.support.bench import LEASE_FOR, Bench, Greet
from tests.support.seen_deaths import SeenDeaths
from tests.support.tickers import ticker_of
from tests.support.workshop import until

SECOND = timedelta(seconds=1)


async def test_a_due_job_becomes_ready(bench: Bench) -> None:
    job_id = await bench.service.submit(Greet(), delay=SECOND)
    ticker = ticker_of(bench.queue, bench.clock)
    await ticker.tick()
    bench.clock.advance(SECOND)
    await ticker.tick()
    assert (await bench.service.get(job_id)).status is JobStatus.QUEUED


async def test_who_is_alone_looks_seldom_and_who_is_not_looks_often(bench: Bench) -> None:
    await bench.service.submit(Greet())
    assert await ticker_of(bench.queue, bench.clock).tick() == SECOND * 5
    others = RollCall(SeenDeaths("dead", "dead too"), LEASE_FOR, lambda: "here")
    assert await ticker_of(bench.queue, bench.clock, roll_call=others).tick() == SECOND / 2


@pytest.mark.parametrize("delay", [None, SECOND])
async def test_a_look_ticks_while_a_job_has_not_ended(
    bench: Bench, delay: timedelta | None
) -> None:
    queue = FaultyQueue(bench.queue)
    ticker = ticker_of(queue, bench.clock)
    await ticker.tick()
    await ticker.look()
    assert queue.calls == ["tick", "has_work"]
    await bench.service.submit(Greet(), delay=delay)
    await ticker.look()
    assert "tick" in queue.calls[2:]


async def test_what_was_kept_long_enough_is_removed_although_nothing_happens(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept_for = timedelta(milliseconds=50)
    monkeypatch.setattr(ticker_module, "QUIET", kept_for / 5)
    lease = await bench.leased(Greet(), retention=Retention(done=kept_for))
    await bench.settled(lease.succeeded(None))
    queue = FaultyQueue(bench.queue)
    ticker = ticker_of(queue, bench.clock)
    await ticker.start()
    await until(lambda: queue.calls.count("tick") == 1)
    bench.clock.advance(kept_for)
    await until(lambda: queue.calls.count("tick") == 2)
    await ticker.stop()
    assert await bench.find_all() == []


async def test_an_alarm_that_rings_while_a_tick_is_under_way_hides_no_later_one(
    bench: Bench,
) -> None:
    queue = FaultyQueue(bench.queue)
    ticker = ticker_of(queue, bench.clock)
    async with queue.held("tick"):
        await ticker.start()
        await until(lambda: queue.calls == ["tick"])
        ticker.expect_after(timedelta(milliseconds=1))
        await asyncio.sleep(0.05)
    await until(lambda: queue.calls == ["tick", "has_work"])
    bench.clock.advance(SECOND)
    ticker.expect_after(timedelta(milliseconds=20))
    await until(lambda: queue.calls.count("tick") == 2, SECOND)
    await ticker.stop()


async def test_a_whole_batch_of_removed_jobs_is_followed_by_the_next(bench: Bench) -> None:
    numbers = count(1)
    await bench.service.submit_many([Greet()] * 700, retention=Retention(done=SECOND))
    while (
        turn := await bench.queue.turn(
            TurnTicket("lane", next(numbers)), [], [Claim("default", 100)], LEASE_FOR
        )
    ).leases:
        await bench.queue.turn(
            TurnTicket("lane", next(numbers)),
            [lease.succeeded(None) for lease in turn.leases],
            [],
            LEASE_FOR,
        )
    bench.clock.advance(SECOND)
    ticker = ticker_of(bench.queue, bench.clock)
    assert await ticker.look() == timedelta(0)
    await ticker.look()
    assert await bench.find_all() == []


async def test_a_host_whose_clock_is_behind_is_on_time_all_the_same() -> None:
    backend, behind = SystemClock(), VirtualClock()
    queue = FaultyQueue(MemoryJobQueue(MemoryStore(), backend))
    await queue.enqueue([job("a", queue="default", due=timedelta(milliseconds=50))])
    ticker = ticker_of(queue, behind)
    await ticker.start()
    await until(lambda: queue.calls.count("tick") == 2)
    await ticker.stop()
    assert await queue.has_work(["default"])


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
