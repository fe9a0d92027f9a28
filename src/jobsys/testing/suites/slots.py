"""What the port promises of slots in which attempts run."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Final

import pytest

from jobsys.domain.record import JobRecord
from jobsys.domain.status import JobEvent, JobStatus
from jobsys.ports.worker_pool import PoolStats, StopReason
from jobsys.testing.held_attempts import NewPool, Slots, leased
from jobsys.testing.jobs import CRASH
from jobsys.testing.until import until

NO_GRACE: Final = timedelta(0)
AT_LENGTH: Final = timedelta(hours=1)


class SlotsSuite:
    """One test for each sentence."""

    @pytest.fixture
    async def slots(self, new_pool: NewPool) -> AsyncIterator[Slots]:
        """Gives a pool of two slots that is stopped at the end."""
        slots = Slots(new_pool)
        yield slots
        await slots.pool.stop(NO_GRACE)

    async def test_the_stats_tell_how_many_slots_are_busy_and_free(self, slots: Slots) -> None:
        assert slots.pool.stats() == PoolStats(2, 0, 2)
        [first, _] = await slots.start(leased("a"), leased("b"))
        assert slots.pool.stats() == PoolStats(2, 2, 0)
        first.end.set_result(first.lease.succeeded(None))
        await until(lambda: slots.rung)
        assert slots.pool.stats() == PoolStats(2, 1, 1)

    async def test_count_active_counts_the_attempts_of_jobs_that_are_wanted(
        self, slots: Slots
    ) -> None:
        [first, _] = await slots.start(leased("a", "mails"), leased("b", "mails"))
        of = {queue: _of(queue) for queue in ("mails", "other")}
        assert [slots.pool.count_active(of[queue]) for queue in of] == [2, 0]
        first.end.set_result(first.lease.succeeded(None))
        await until(lambda: slots.rung)
        assert slots.pool.count_active(of["mails"]) == 1

    async def test_attempts_run_side_by_side(self, slots: Slots) -> None:
        await slots.start(leased("a"), leased("b"))  # ends only once both have begun
        assert [attempt.begun for attempt in slots.attempts] == [True, True]

    async def test_a_started_attempt_tells_its_lease_and_its_progress(self, slots: Slots) -> None:
        await slots.start()
        lease = leased()
        attempt = slots.pool.start_attempt(lease)
        assert (attempt.lease, attempt.progress) == (lease, (40, "half way"))

    async def test_an_end_comes_out_once_and_is_rung_for(self, slots: Slots) -> None:
        [attempt] = await slots.start(leased())
        end = attempt.lease.succeeded(b"1")
        attempt.end.set_result(end)
        await until(lambda: slots.rung)
        assert (slots.pool.finished(), slots.pool.finished()) == ([end], [])

    async def test_ends_come_out_while_others_run_and_none_is_lost(self, slots: Slots) -> None:
        [first, second] = await slots.start(leased("a"), leased("b"))
        assert slots.pool.finished() == []
        ends = [attempt.lease.succeeded(None) for attempt in (first, second)]
        first.end.set_result(ends[0])
        await until(lambda: slots.rung == 1)
        assert slots.pool.finished() == [ends[0]]
        second.end.set_result(ends[1])
        await until(lambda: slots.rung == 2)
        assert slots.pool.finished() == [ends[1]]

    async def test_ends_that_are_to_be_taken_are_rung_for_once(self, slots: Slots) -> None:
        for attempt in await slots.start(leased("a"), leased("b")):
            attempt.end.set_result(attempt.lease.succeeded(None))
        await until(lambda: slots.pool.stats().idle_workers == 2)
        assert (slots.rung, len(slots.pool.finished())) == (1, 2)

    async def test_a_slot_is_used_again(self, slots: Slots) -> None:
        await slots.start()
        for number in range(5):
            slots.pool.start_attempt(leased(str(number)))
            attempt = slots.attempts[-1]
            attempt.end.set_result(attempt.lease.succeeded(None))
            await until(lambda: slots.pool.stats().idle_workers == 2)
        assert len(slots.pool.finished()) == 5

    async def test_an_attempt_that_raises_is_a_failed_one(self, slots: Slots) -> None:
        [attempt] = await slots.start(leased())
        attempt.end.set_exception(RuntimeError("a bug"))
        await until(lambda: slots.rung)
        [end] = slots.pool.finished()
        assert (end.event, end.record) == (JobEvent.FAILED, attempt.lease.record)
        assert (end.target, end.error) == (JobStatus.RETRYING, CRASH)

    async def test_an_attempt_that_is_cancelled_from_outside_is_released(
        self, slots: Slots
    ) -> None:
        [attempt] = await slots.start(leased())
        attempt.end.set_exception(asyncio.CancelledError())
        await until(lambda: slots.rung)
        [end] = slots.pool.finished()
        assert (end.event, end.record) == (JobEvent.RELEASED, attempt.lease.record)

    async def test_an_attempt_whose_task_is_cancelled_before_it_begins_is_released(
        self, slots: Slots
    ) -> None:
        await slots.start()
        before = asyncio.all_tasks()
        attempt = slots.pool.start_attempt(leased())
        begun = asyncio.all_tasks() - before
        for task in begun:
            task.cancel()
        await asyncio.wait(begun)
        [end] = slots.pool.finished()
        assert (end.event, end.record) == (JobEvent.RELEASED, attempt.lease.record)

    async def test_an_attempt_can_be_stopped_with_a_reason(self, slots: Slots) -> None:
        await slots.start()
        slots.pool.start_attempt(leased()).stop(StopReason.LEASE_LOST)
        await until(lambda: slots.rung)
        [end] = slots.pool.finished()
        assert end.after.message == StopReason.LEASE_LOST.value

    async def test_an_attempt_that_should_have_ended_is_left_behind_and_its_slot_is_free(
        self, slots: Slots
    ) -> None:
        [held, _] = await slots.start(leased("a"), leased("b"))
        held.due_at = 0
        await until(lambda: slots.rung)
        [end] = slots.pool.finished()
        assert (end.record, end.after.message) == (held.lease.record, StopReason.TIMEOUT.value)
        assert slots.pool.stats() == PoolStats(2, 1, 1)

    async def test_what_is_left_behind_is_heard_no_more(self, slots: Slots) -> None:
        [held] = await slots.start(leased())
        held.due_at = 0
        await until(lambda: slots.rung)
        slots.pool.finished()
        held.end.set_result(held.lease.succeeded(None))
        await asyncio.sleep(0.01)
        assert (slots.pool.finished(), slots.pool.stats()) == ([], PoolStats(2, 0, 2))

    async def test_a_stop_waits_for_what_ends_within_the_grace(self, slots: Slots) -> None:
        [attempt] = await slots.start(leased())
        end = attempt.lease.succeeded(None)
        asyncio.get_running_loop().call_later(0.02, attempt.end.set_result, end)
        assert await slots.pool.stop(AT_LENGTH) == [end]

    async def test_a_stop_releases_what_outlasts_the_grace(self, slots: Slots) -> None:
        [attempt] = await slots.start(leased())
        [end] = await slots.pool.stop(NO_GRACE)
        assert (end.event, end.after.message) == (JobEvent.RELEASED, StopReason.SHUTDOWN.value)
        assert attempt.end.done()

    async def test_a_stop_leaves_behind_what_does_not_heed_it_and_hears_no_more_of_it(
        self, slots: Slots
    ) -> None:
        [attempt] = await slots.start(leased())
        attempt.heeds_stop = False
        [end] = await slots.pool.stop(NO_GRACE)
        assert (end.event, slots.pool.stats().active_jobs) == (JobEvent.RELEASED, 0)
        attempt.end.set_result(attempt.lease.succeeded(None))
        await asyncio.sleep(0.01)
        assert (slots.pool.finished(), slots.rung) == ([], 0)

    async def test_a_stop_may_be_repeated_and_a_start_follow_it(self, slots: Slots) -> None:
        await slots.start()
        assert await slots.pool.stop(AT_LENGTH) == []
        assert await slots.pool.stop(AT_LENGTH) == []
        [attempt] = await slots.start(leased())
        attempt.end.set_result(attempt.lease.succeeded(None))
        await until(lambda: slots.rung)
        assert len(slots.pool.finished()) == 1


def _of(queue: str) -> Callable[[JobRecord], bool]:
    return lambda record: record.id.queue == queue
