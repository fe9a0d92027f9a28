"""Leases are kept through whatever goes wrong with their renewals."""

from collections.abc import Sequence
from contextlib import AsyncExitStack, nullcontext
from datetime import timedelta
from time import monotonic

import pytest

from jobsys.adapters.memory.presence import MemoryPresence
from jobsys.application.renewal import LeaseKeeper
from jobsys.domain.lease import Lease
from jobsys.ports.backend import Keeping
from jobsys.ports.errors import QueueUnavailable
from jobsys.ports.job_queue import LeaseState, Renewal
from jobsys.testing.faults.faulty_queue import FaultyQueue
from tests.support.bench import LEASE_FOR, Bench, Greet
from tests.support.keeper import OFTEN, Held, keeping, renewals
from tests.support.workshop import until


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
