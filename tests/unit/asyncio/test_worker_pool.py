"""Slots that are tasks: every attempt's end comes out once, however it ended."""

import asyncio
from datetime import timedelta

import pytest

from jobsys.adapters.asyncio.worker_pool import AsyncioWorkerPool
from jobsys.domain.lease import Lease
from jobsys.domain.status import JobEvent, JobStatus, Reason
from jobsys.domain.transition import Transition
from jobsys.ports.worker_pool import Attempt, PoolStats, StopReason
from jobsys.testing.jobs import CRASH
from tests.support.bench import Bench, Greet
from tests.support.workshop import until

NO_GRACE = timedelta(0)


class Slot(Attempt):
    """An attempt that ends when a test says how, or when it is stopped, if it heeds that."""

    def __init__(self, lease: Lease) -> None:
        self._lease = lease
        self.heeds_stop = True
        self.end: asyncio.Future[Transition] = asyncio.get_running_loop().create_future()

    @property
    def lease(self) -> Lease:
        return self._lease

    @property
    def progress(self) -> tuple[int, str]:
        return 0, ""

    async def run(self) -> Transition:
        return await self.end

    def broken_off(self, error: Exception) -> Transition:
        return self._lease.failed(CRASH, timedelta(seconds=1), Reason.EXHAUSTED)

    def stop(self, reason: StopReason) -> None:
        if self.heeds_stop and not self.end.done():
            self.end.set_result(self._lease.released())


class Slots:
    """A pool of two slots, and what it rang for."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self.rung = 0
        self.attempts: list[Slot] = []
        self.pool = AsyncioWorkerPool(self._begin, 2)

    def _begin(self, lease: Lease) -> Slot:
        self.attempts.append(Slot(lease))
        return self.attempts[-1]

    def _ring(self) -> None:
        self.rung += 1

    async def start(self, attempts: int) -> list[Slot]:
        await self.pool.start(self._ring)
        for _ in range(attempts):
            self.pool.start_attempt(await self._bench.leased(Greet()))
        return self.attempts


@pytest.fixture
def slots(bench: Bench) -> Slots:
    return Slots(bench)


@pytest.fixture
def bench() -> Bench:
    return Bench()


async def test_the_stats_tell_how_many_slots_are_busy_and_free(slots: Slots) -> None:
    assert slots.pool.stats() == PoolStats(2, 0, 2)
    [first, _] = await slots.start(2)
    assert slots.pool.stats() == PoolStats(2, 2, 0)
    first.end.set_result(first.lease.succeeded(None))
    await until(lambda: slots.rung)
    assert slots.pool.stats() == PoolStats(2, 1, 1)


async def test_an_end_comes_out_once_and_is_rung_for(slots: Slots) -> None:
    [slot] = await slots.start(1)
    end = slot.lease.succeeded(b"1")
    slot.end.set_result(end)
    await until(lambda: slots.rung)
    assert (slots.pool.finished(), slots.pool.finished()) == ([end], [])


async def test_ends_are_looked_at_while_others_run_and_none_is_lost(slots: Slots) -> None:
    [first, second] = await slots.start(2)
    await asyncio.sleep(0)
    assert slots.pool.finished() == []
    ends = [slot.lease.succeeded(None) for slot in (first, second)]
    first.end.set_result(ends[0])
    await until(lambda: slots.rung == 1)
    assert slots.pool.finished() == [ends[0]]
    second.end.set_result(ends[1])
    await until(lambda: slots.rung == 2)
    assert slots.pool.finished() == [ends[1]]


async def test_an_attempt_that_raises_is_a_failed_one_so_that_it_is_not_claimed_again_at_once(
    slots: Slots,
) -> None:
    [slot] = await slots.start(1)
    slot.end.set_exception(RuntimeError("a bug"))
    await until(lambda: slots.rung)
    [end] = slots.pool.finished()
    assert (end.event, end.record) == (JobEvent.FAILED, slot.lease.record)
    assert (end.target, end.error) == (JobStatus.RETRYING, CRASH)


async def test_an_attempt_whose_task_is_cancelled_from_outside_is_released(slots: Slots) -> None:
    [slot] = await slots.start(1)
    slot.end.set_exception(asyncio.CancelledError())
    await until(lambda: slots.rung)
    [end] = slots.pool.finished()
    assert (end.event, end.record) == (JobEvent.RELEASED, slot.lease.record)


async def test_a_stop_waits_for_what_ends_within_the_grace(slots: Slots) -> None:
    [slot] = await slots.start(1)
    end = slot.lease.succeeded(None)
    asyncio.get_running_loop().call_later(0.02, slot.end.set_result, end)
    assert await slots.pool.stop(timedelta(seconds=5)) == [end]


async def test_a_stop_releases_what_outlasts_the_grace(slots: Slots) -> None:
    [slot] = await slots.start(1)
    [end] = await slots.pool.stop(NO_GRACE)
    assert end.event is JobEvent.RELEASED
    assert slot.end.done()


async def test_a_stop_leaves_behind_what_does_not_heed_it_and_hears_no_more_of_it(
    slots: Slots, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobsys.adapters.asyncio.worker_pool.LAST_WORD", NO_GRACE)
    [slot] = await slots.start(1)
    slot.heeds_stop = False
    [end] = await slots.pool.stop(NO_GRACE)
    assert (end.event, slots.pool.stats().active_jobs) == (JobEvent.RELEASED, 0)
    slot.end.set_result(slot.lease.succeeded(None))
    await asyncio.sleep(0.01)
    assert (slots.pool.finished(), slots.rung) == ([], 0)


async def test_a_stop_of_an_idle_pool_is_immediate_and_may_be_repeated(slots: Slots) -> None:
    await slots.start(0)
    async with asyncio.timeout(0.1):
        assert await slots.pool.stop(timedelta(hours=1)) == []
        assert await slots.pool.stop(timedelta(hours=1)) == []
