"""Leases are renewed from a thread of their own, and what a renewal learns is told."""

import asyncio
import threading
from contextlib import (
    nullcontext,
)
from time import monotonic

import pytest

from jobsys.adapters.memory.presence import MemoryPresence
from jobsys.application.renewal import LeaseKeeper
from jobsys.ports.backend import Keeping
from jobsys.ports.errors import QueueUnavailable
from jobsys.ports.job_queue import JobQueue
from jobsys.ports.worker_pool import StopReason
from jobsys.testing.faults.faulty_queue import FaultyQueue
from tests.support.bench import LEASE_FOR, Bench, Greet
from tests.support.keeper import OFTEN, Held, keeping, renewals
from tests.support.workshop import until


async def test_a_held_lease_outlives_its_time_and_carries_its_progress(
    bench: Bench, queue: FaultyQueue, keeper: LeaseKeeper
) -> None:
    lease = await bench.leased(Greet())
    keeper.hold(Held(lease))
    for _ in range(5):
        bench.clock.advance(LEASE_FOR * 0.9)
        await renewals(queue)
        await bench.freed("default", 3)
    record = await bench.service.get(lease.record.id)
    assert (record.standing.token, record.standing.percent) == (1, 7)


async def test_leases_are_renewed_while_the_event_loop_of_the_jobs_is_blocked(
    bench: Bench, queue: FaultyQueue, keeper: LeaseKeeper
) -> None:
    keeper.hold(Held(await bench.leased(Greet())))
    end = monotonic() + 0.5
    while monotonic() < end:
        pass
    assert queue.calls.count("extend") > 10


async def test_an_attempt_is_told_on_its_own_loop_that_its_lease_is_lost(
    bench: Bench, keeper: LeaseKeeper
) -> None:
    attempt = Held(await bench.leased(Greet()))
    bench.clock.advance(LEASE_FOR * 2)
    await bench.freed("default", 3)
    keeper.hold(attempt)
    await until(lambda: attempt.reasons)
    assert attempt.reasons[0] is StopReason.LEASE_LOST
    assert attempt.loops == {asyncio.get_running_loop()}


async def test_an_attempt_is_told_that_its_cancel_was_asked_for_and_keeps_its_lease(
    bench: Bench, queue: FaultyQueue, keeper: LeaseKeeper
) -> None:
    attempt = Held(await bench.leased(Greet()))
    keeper.hold(attempt)
    await bench.service.cancel(attempt.lease.record.id)
    await until(lambda: attempt.reasons)
    await renewals(queue)
    assert set(attempt.reasons) == {StopReason.CANCEL}


async def test_a_lease_that_was_let_go_is_renewed_no_more(
    bench: Bench, queue: FaultyQueue, keeper: LeaseKeeper
) -> None:
    attempt = Held(await bench.leased(Greet()))
    keeper.hold(attempt)
    await renewals(queue)
    keeper.let_go(attempt.lease.record)
    await asyncio.sleep(0.03)
    before = queue.calls.count("extend")
    await asyncio.sleep(0.05)
    assert queue.calls.count("extend") == before


async def test_a_newer_lease_of_the_same_job_is_not_let_go_with_the_older(
    bench: Bench, queue: FaultyQueue, keeper: LeaseKeeper
) -> None:
    old = await bench.leased(Greet())
    await bench.settled(old.released())
    new = await bench.claimed()
    keeper.hold(Held(new))
    keeper.let_go(old.record)
    await renewals(queue)


def test_leases_of_an_event_loop_that_is_gone_are_not_renewed_for_ever() -> None:
    bench = Bench()

    async def abandoned() -> None:
        keeper = LeaseKeeper(keeping(bench.queue), LEASE_FOR, OFTEN)
        keeper.hold(Held(await bench.leased(Greet())))
        await keeper.start()

    before = set(threading.enumerate())
    asyncio.run(abandoned())
    for thread in set(threading.enumerate()) - before:
        thread.join(5)
        assert not thread.is_alive()


async def test_a_keeper_that_cannot_open_its_queue_does_not_start_and_can_later() -> None:
    refusals = [QueueUnavailable("not yet")]
    real: JobQueue = FaultyQueue(Bench().queue)

    def open_keeping() -> nullcontext[Keeping]:
        if refusals:
            raise refusals.pop()
        return nullcontext(Keeping(real, MemoryPresence()))

    keeper = LeaseKeeper(open_keeping, LEASE_FOR, OFTEN)
    with pytest.raises(QueueUnavailable, match="not yet"):
        await keeper.start()
    await keeper.stop()
    await keeper.start()
    await keeper.stop()
    await keeper.stop()
