"""Leases are renewed from a thread of their own, and what a renewal learns is told."""

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
    nullcontext,
)
from datetime import timedelta
from time import monotonic

import pytest

from jobsys.adapters.memory.presence import MemoryPresence
from jobsys.application.renewal import LeaseKeeper, OpenKeeping
from jobsys.domain.lease import Lease
from jobsys.domain.transition import Transition
from jobsys.ports.backend import Keeping
from jobsys.ports.errors import QueueUnavailable
from jobsys.ports.job_queue import JobQueue, LeaseState, Renewal
from jobsys.ports.worker_pool import Attempt, StopReason
from jobsys.testing.faults.faulty_queue import FaultyQueue
from tests.support.bench import LEASE_FOR, Bench, Greet
from tests.support.workshop import until

OFTEN = timedelta(milliseconds=10)


def keeping(queue: JobQueue) -> OpenKeeping:
    """Opens a queue with nobody to be seen."""
    return lambda: nullcontext(Keeping(queue, MemoryPresence()))


class Held(Attempt):
    """An attempt that only remembers why it was stopped, and on which event loop."""

    def __init__(self, lease: Lease) -> None:
        self._lease = lease
        self.reasons: list[StopReason] = []
        self.doubts: list[bool] = []
        self.loops: set[asyncio.AbstractEventLoop] = set()

    @property
    def lease(self) -> Lease:
        return self._lease

    @property
    def progress(self) -> tuple[int, str]:
        return 7, "seven"

    async def run(self) -> Transition:
        return self._lease.succeeded(None)

    def broken_off(self, error: Exception) -> Transition:
        return self._lease.released()

    def doubt_lease(self, *, doubted: bool) -> None:
        self.doubts.append(doubted)

    def stop(self, reason: StopReason) -> None:
        self.reasons.append(reason)
        self.loops.add(asyncio.get_running_loop())


@pytest.fixture
def queue(bench: Bench) -> FaultyQueue:
    return FaultyQueue(bench.queue)


@pytest.fixture
async def keeper(queue: FaultyQueue) -> AsyncIterator[LeaseKeeper]:
    keeper = LeaseKeeper(keeping(queue), LEASE_FOR, OFTEN)
    await keeper.start()
    yield keeper
    await keeper.stop()


async def renewals(queue: FaultyQueue, more: int = 2) -> None:
    """Waits for renewals that began after this call."""
    wanted = queue.calls.count("extend") + more
    await until(lambda: queue.calls.count("extend") >= wanted)


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


@pytest.mark.parametrize("error", [QueueUnavailable("away"), ValueError("a bug")])
async def test_a_renewal_that_fails_is_tried_again_sooner(bench: Bench, error: Exception) -> None:
    queue = FaultyQueue(bench.queue)
    queue.error = error
    queue.fail("extend", "before", "before", "before")
    keeper = LeaseKeeper(keeping(queue), LEASE_FOR, OFTEN * 40)
    await keeper.start()
    keeper.hold(Held(await bench.leased(Greet())))
    begun = monotonic()
    await renewals(queue, 4)
    assert monotonic() - begun < 1
    await keeper.stop()


class Faulty(Held):
    """An attempt whose progress cannot be told once."""

    def __init__(self, lease: Lease) -> None:
        super().__init__(lease)
        self.bugs = [ValueError("a bug")]

    @property
    def progress(self) -> tuple[int, str]:
        if self.bugs:
            raise self.bugs.pop()
        return super().progress


async def test_keeping_that_breaks_off_begins_anew(
    bench: Bench, queue: FaultyQueue, keeper: LeaseKeeper
) -> None:
    broken = Faulty(await bench.leased(Greet()))
    keeper.hold(broken)
    await until(lambda: not broken.bugs)
    await renewals(queue)
    await until(lambda: not keeper.is_down)


async def test_while_keeping_cannot_begin_anew_the_keeper_is_down_and_its_leases_are_doubted(
    bench: Bench, queue: FaultyQueue
) -> None:
    refusals: list[Exception] = []

    def open_keeping() -> nullcontext[Keeping]:
        if refusals:
            raise refusals[0]
        return nullcontext(Keeping(queue, MemoryPresence()))

    keeper = LeaseKeeper(open_keeping, OFTEN * 10, OFTEN * 3)
    await keeper.start()
    refusals.append(OSError("no more threads"))
    attempt = Faulty(await bench.leased(Greet()))
    keeper.hold(attempt)
    await until(lambda: attempt.doubts)
    assert keeper.is_down
    refusals.clear()
    await until(lambda: attempt.doubts == [True, False] and not keeper.is_down)
    await keeper.stop()


class Unanswered(MemoryPresence):
    """A presence that takes nobody in, and never says so."""

    @asynccontextmanager
    async def present(self, worker: str) -> AsyncIterator[None]:
        await asyncio.Event().wait()
        yield


async def test_renewals_and_the_stop_do_not_wait_until_the_worker_is_shown(
    bench: Bench, queue: FaultyQueue
) -> None:
    unanswered = Keeping(queue, Unanswered())
    keeper = LeaseKeeper(lambda: nullcontext(unanswered), LEASE_FOR, OFTEN)
    await keeper.start()
    keeper.hold(Held(await bench.leased(Greet())))
    await renewals(queue)
    await keeper.stop()


class Slow(MemoryPresence):
    """A presence that takes in who comes once it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.answers = threading.Event()
        self.is_shown = False

    @asynccontextmanager
    async def present(self, worker: str) -> AsyncIterator[None]:
        await asyncio.to_thread(self.answers.wait)
        self.is_shown = True
        yield


async def test_a_start_ends_once_the_worker_is_shown(queue: FaultyQueue) -> None:
    presence = Slow()
    keeper = LeaseKeeper(lambda: nullcontext(Keeping(queue, presence)), LEASE_FOR, OFTEN)
    start = asyncio.create_task(keeper.start())
    await asyncio.wait([start], timeout=0.1)
    assert not start.done()
    presence.answers.set()
    await start
    assert presence.is_shown
    await keeper.stop()


class Undone(MemoryPresence):
    """A presence that breaks its promise and raises."""

    def present(self, worker: str) -> AbstractAsyncContextManager[None]:
        raise ValueError("a bug")


async def test_a_presence_that_raises_ends_no_renewals(bench: Bench, queue: FaultyQueue) -> None:
    keeper = LeaseKeeper(lambda: nullcontext(Keeping(queue, Undone())), LEASE_FOR, OFTEN)
    await keeper.start()
    keeper.hold(Held(await bench.leased(Greet())))
    await renewals(queue)
    assert not keeper.is_down
    await keeper.stop()


class Forgetful(FaultyQueue):
    """Answers its first renewal for one lease too few."""

    async def extend(
        self, renewals: Sequence[Renewal], lease_for: timedelta
    ) -> Sequence[LeaseState]:
        answers = await super().extend(renewals, lease_for)
        return answers[1:] if self.calls.count("extend") == 1 else answers


async def test_an_adapter_that_answers_for_too_few_does_not_end_the_renewals(bench: Bench) -> None:
    queue = Forgetful(bench.queue)
    keeper = LeaseKeeper(keeping(queue), LEASE_FOR, OFTEN)
    await keeper.start()
    keeper.hold(Held(await bench.leased(Greet())))
    await renewals(queue, 4)
    await keeper.stop()


async def test_a_lease_of_which_nothing_is_known_is_kept_and_asked_for_again_sooner(
    bench: Bench, queue: FaultyQueue
) -> None:
    attempt = Held(await bench.leased(Greet()))
    queue.damage(attempt.lease.record.id.queue)
    keeper = LeaseKeeper(keeping(queue), LEASE_FOR, OFTEN * 80)
    await keeper.start()
    keeper.hold(attempt)
    begun = monotonic()
    await renewals(queue, 1)
    first = monotonic()
    await renewals(queue, 1)
    assert monotonic() - first < (first - begun) / 2
    assert attempt.reasons == []
    await keeper.stop()


@pytest.mark.parametrize("way", ["refused", "damaged", "unanswered"])
async def test_an_attempt_whose_lease_cannot_be_renewed_in_time_is_told_so_until_it_can(
    bench: Bench, queue: FaultyQueue, way: str
) -> None:
    attempt = Held(await bench.leased(Greet()))
    keeper = LeaseKeeper(keeping(queue), OFTEN * 10, OFTEN * 3)
    await keeper.start()
    async with AsyncExitStack() as trouble:
        if way == "unanswered":
            await trouble.enter_async_context(queue.held("extend"))
        elif way == "refused":
            queue.take_down("extend")
        else:
            queue.damage("default")
        asked_at = monotonic()
        keeper.hold(attempt, asked_at=asked_at)
        await until(lambda: attempt.doubts)
        assert monotonic() - asked_at >= 0.1
    queue.bring_up()
    queue.mend("default")
    await until(lambda: attempt.doubts == [True, False])
    assert attempt.reasons == []
    await keeper.stop()


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
