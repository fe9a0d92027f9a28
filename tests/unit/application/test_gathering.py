"""Callers who submit at the same time share a call, and nothing else."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from contextvars import ContextVar

import pytest

from jobsys.adapters.memory.job_queue import MemoryJobQueue
from jobsys.adapters.memory.store import MemoryStore
from jobsys.application.gathering import MOST_TOGETHER, Gathering
from jobsys.domain.envelope import Header
from jobsys.domain.job_id import JobId
from jobsys.domain.payload import JobPayload
from jobsys.ports.errors import QueueUnavailable
from jobsys.ports.submission import Answer, Receipt, Submission
from jobsys.testing.faults.faulty_queue import FaultyQueue
from jobsys.testing.virtual_clock import VirtualClock


class PoorQueue(FaultyQueue):
    """Never answers, or for one submission too few, while it is told to; calls back as it answers."""

    is_stuck = False
    forgets_the_last = False
    as_it_answers: Callable[[], object] = staticmethod(lambda: None)

    async def enqueue(self, submissions: Sequence[Submission]) -> Sequence[Answer]:
        if self.is_stuck:
            await asyncio.Event().wait()
        receipts = await super().enqueue(submissions)
        asyncio.get_running_loop().call_soon(self.as_it_answers)
        return receipts[:-1] if self.forgets_the_last and len(receipts) > 1 else receipts


class Place:
    """A queue in memory whose replies can be held back, and the callers that submit to it."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.queue = PoorQueue(MemoryJobQueue(self.store, VirtualClock()))
        self.gathering = Gathering()

    async def submit(self, key: str, queue: str = "default") -> Answer:
        submission = Submission(JobId.of(queue, key), Header(type="note"), JobPayload(b"{}"))
        return await self.gathering.enqueue(self.queue, submission)

    async def begun(self, *keys: str) -> "list[asyncio.Task[Answer]]":
        """Callers who have come as far as they get now."""
        callers = [asyncio.create_task(self.submit(key)) for key in keys]
        await rest()
        return callers

    async def sharing(self, *keys: str) -> "list[asyncio.Task[Answer]]":
        """Callers whose shared call is under way; its reply is held."""
        [before] = await self.begun("before")
        callers = await self.begun(*keys)
        before.cancel()
        await rest()
        return callers


async def rest() -> None:
    """Lets everybody come as far as they get now."""
    for _ in range(3):
        await asyncio.sleep(0)


async def test_callers_who_come_while_a_call_is_under_way_share_the_next_one() -> None:
    place = Place()
    async with place.queue.held("enqueue"):
        first = await place.begun("first")
        others = await place.begun("a", "b", "a")
    created, exists = Receipt.CREATED, Receipt.EXISTS
    assert await asyncio.gather(*first, *others) == [created, created, created, exists]
    assert place.queue.calls == ["enqueue", "enqueue"]


async def test_who_comes_alone_makes_a_call_at_once() -> None:
    place = Place()
    assert [await place.submit("a"), await place.submit("b")] == [Receipt.CREATED] * 2
    assert place.queue.calls == ["enqueue", "enqueue"]


async def test_a_call_under_way_keeps_no_other_queue_waiting() -> None:
    place = Place()
    async with place.queue.held("enqueue"):
        callers = await place.begun("first")
        callers += [asyncio.create_task(place.submit("a", queue="other"))]
        await rest()
        assert place.queue.calls == ["enqueue", "enqueue"]
    await asyncio.gather(*callers)


async def test_a_shared_call_that_fails_is_told_to_everybody_in_it_and_to_nobody_else() -> None:
    place = Place()
    place.queue.fail("enqueue", "no", "before")
    async with place.queue.held("enqueue"):
        first = await place.begun("first")
        others = await place.begun("a", "b")
    told = await asyncio.gather(*first, *others, return_exceptions=True)
    assert told[0] is Receipt.CREATED
    assert [type(error) for error in told[1:]] == [QueueUnavailable, QueueUnavailable]
    assert told[1] is not told[2]
    assert await place.submit("later") is Receipt.CREATED


async def test_after_a_call_that_failed_the_callers_behind_it_are_stored() -> None:
    place = Place()
    place.queue.fail("enqueue", "after")
    async with place.queue.held("enqueue"):
        [first] = await place.begun("first")
        [other] = await place.begun("a")
    with pytest.raises(QueueUnavailable):
        await first
    assert await other is Receipt.CREATED


async def test_who_is_cancelled_before_the_shared_call_is_not_in_it() -> None:
    place = Place()
    async with place.queue.held("enqueue"):
        [first] = await place.begun("first")
        gone, stays = await place.begun("gone", "stays")
        gone.cancel()
        await rest()
    assert [await first, await stays] == [Receipt.CREATED] * 2
    assert await place.submit("gone") is Receipt.CREATED


async def test_who_is_cancelled_in_a_call_takes_nobody_along() -> None:
    place = Place()
    async with place.queue.held("enqueue"):
        [first] = await place.begun("first")
        [other] = await place.begun("a")
        first.cancel()
        await rest()
    assert await other is Receipt.CREATED


async def test_who_is_cancelled_in_a_shared_call_leaves_the_others_their_answers() -> None:
    place = Place()
    async with place.queue.held("enqueue"):
        first, gone, behind = await place.sharing("first", "gone", "behind")
        gone.cancel()
        await rest()
    assert [await first, await behind] == [Receipt.CREATED] * 2
    assert place.queue.calls == ["enqueue"] * 2


async def test_where_all_who_share_a_call_are_cancelled_it_goes_on() -> None:
    place, answered = Place(), list[int]()
    place.queue.as_it_answers = lambda: answered.append(1)
    async with place.queue.held("enqueue"):
        for caller in await place.sharing("a", "b"):
            caller.cancel()
        await rest()
    await rest()
    assert answered == [1]  # the first call, for one alone, was cancelled


@pytest.mark.parametrize("has_begun", [True, False])
async def test_where_every_task_is_cancelled_nobody_waits_for_ever(has_begun: bool) -> None:
    place, hosts = Place(), asyncio.all_tasks()
    place.queue.as_it_answers = lambda: _cancel_all_but(hosts)
    async with place.queue.held("enqueue"):
        callers = await (place.sharing("a", "b") if has_begun else place.begun("first", "a", "b"))
        if has_begun:
            _cancel_all_but({*hosts, *callers})
    await asyncio.wait(callers)
    place.queue.as_it_answers = lambda: None
    assert all(caller.cancelled() for caller in callers) or not has_begun
    assert await place.submit("later") is Receipt.CREATED


def _cancel_all_but(spared: "Collection[asyncio.Task[object]]") -> None:
    for task in asyncio.all_tasks() - {*spared}:
        task.cancel()


async def test_a_shared_call_is_made_in_nobodys_context() -> None:
    place, told, seen = Place(), ContextVar("told", default="nobody"), list[str]()
    place.queue.as_it_answers = lambda: seen.append(told.get())
    told.set("a caller")
    async with place.queue.held("enqueue"):
        callers = await place.begun("first", "a", "b")
    await asyncio.gather(*callers)
    assert seen == ["a caller", "nobody"]


async def test_those_who_shared_a_call_share_the_next_one_too() -> None:
    place = Place()
    async with place.queue.held("enqueue"):
        first = await place.begun("first")
        callers = [asyncio.create_task(_each(place, name)) for name in "abc"]
        await rest()
    await asyncio.gather(*first, *callers)
    assert place.queue.calls == ["enqueue"] * 4


async def _each(place: Place, name: str) -> None:
    for number in range(3):
        await place.submit(f"{name}{number}")


async def test_who_is_cancelled_as_the_next_call_begins_is_not_in_it() -> None:
    place = Place()
    async with place.queue.held("enqueue"):
        [first] = await place.begun("first")
        gone, other = await place.begun("gone", "other")
        place.queue.as_it_answers = gone.cancel
    assert [await first, await other] == [Receipt.CREATED] * 2
    assert place.queue.calls == ["enqueue"] * 2
    assert gone.cancelled()
    assert await place.submit("gone") is Receipt.CREATED


async def test_an_answer_that_is_none_for_everybody_is_an_error_for_everybody() -> None:
    place = Place()
    async with place.queue.held("enqueue"):
        first = await place.begun("first")
        others = await place.begun("a", "b")
        place.queue.forgets_the_last = True
    told = await asyncio.gather(*first, *others, return_exceptions=True)
    assert [type(one) for one in told] == [Receipt, ValueError, ValueError]


def test_callers_of_another_loop_keep_nobody_waiting() -> None:
    place, left_alone = Place(), asyncio.new_event_loop()
    place.queue.is_stuck = True
    callers = left_alone.run_until_complete(place.begun("first", "behind"))
    place.queue.is_stuck = False
    assert asyncio.run(place.submit("later")) is Receipt.CREATED
    for caller in callers:
        caller.cancel()
    left_alone.run_until_complete(rest())
    left_alone.close()


async def test_more_than_fit_into_one_call_take_several() -> None:
    place = Place()
    async with place.queue.held("enqueue"):
        callers = await place.begun("first", *(f"k{n}" for n in range(MOST_TOGETHER + 1)))
    assert set(await asyncio.gather(*callers)) == {Receipt.CREATED}
    assert place.queue.calls == ["enqueue"] * 3
