"""What `JobQueue.wait` promises. Waits pass in real time."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final

import pytest

from jobsys.domain.move import Move
from jobsys.domain.status import JobEvent, JobStatus
from jobsys.testing.backend import BackendUnderTest
from jobsys.testing.jobs import QUEUE, SECOND, id_of, job, jobs
from jobsys.testing.lane import Lane
from jobsys.testing.situations import bring_to

LONG: Final = timedelta(seconds=5)
SHORT: Final = timedelta(milliseconds=50)

Arrival = Callable[[BackendUnderTest], Awaitable[object]]


async def _submit(backend: BackendUnderTest) -> None:
    await (await backend.another()).enqueue(jobs("new"))


async def _promote(backend: BackendUnderTest) -> None:
    await backend.advance(SECOND)
    await backend.queue.tick([QUEUE], 100)


async def _replay(backend: BackendUnderTest) -> None:
    await backend.queue.move([Move(id_of("ended"), JobEvent.REPLAYED)])


async def _unblock(backend: BackendUnderTest) -> None:
    done = Move(id_of("child"), JobEvent.PARENTS_DONE, JobStatus.QUEUED)
    await backend.queue.move([done])


class WaitSuite:
    """One test for each sentence."""

    async def test_is_empty_when_the_time_is_up(self, backend: BackendUnderTest) -> None:
        async with asyncio.timeout(LONG.total_seconds()):
            assert list(await backend.queue.wait([QUEUE, "other"], SHORT)) == []

    async def test_a_job_that_arrives_in_another_queue_ends_no_wait(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue([job("a", queue="other")])
        assert list(await backend.queue.wait([QUEUE], SHORT)) == []

    async def test_a_job_that_arrives_while_one_waits_ends_the_wait_of_one_waiter_at_least(
        self, backend: BackendUnderTest
    ) -> None:
        async with waiting(backend, 3) as waiters:
            await _submit(backend)
            assert await first_answer(waiters) == [QUEUE]

    @pytest.mark.parametrize("arrive", [_promote, _replay, _unblock])
    async def test_a_job_that_becomes_ready_by_a_tick_or_a_move_arrives(
        self, backend: BackendUnderTest, arrive: Arrival
    ) -> None:
        await bring_to(backend, JobStatus.CANCELLED, "ended")
        await bring_to(backend, JobStatus.BLOCKED, "child")
        await backend.queue.enqueue([job("late", due=SECOND)])
        await _empty(backend)
        async with waiting(backend, 1) as waiters:
            await arrive(backend)
            assert await first_answer(waiters) == [QUEUE]

    async def test_a_released_job_arrives(self, backend: BackendUnderTest) -> None:
        await backend.queue.enqueue(jobs("a"))
        lane = Lane(backend.queue)
        lease = await lane.claim_one()
        await _empty(backend)
        async with waiting(backend, 1) as waiters:
            await lane.settle(lease.released())
            assert await first_answer(waiters) == [QUEUE]

    async def test_a_job_that_arrived_before_the_wait_began_ends_it_at_once(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue(jobs("a"))
        assert await in_time(backend.queue.wait(["other", QUEUE], LONG)) == [QUEUE]

    async def test_a_turn_that_leaves_jobs_behind_ends_another_waiters_wait(
        self, backend: BackendUnderTest
    ) -> None:
        async with waiting(backend, 2) as waiters:
            await backend.queue.enqueue(jobs("a", "b"))
            await first_answer(waiters)
            await Lane(backend.queue).claim(1)
            done, _ = await asyncio.wait(waiters, timeout=LONG.total_seconds())
            assert [list(waiter.result()) for waiter in done] == [[QUEUE], [QUEUE]]

    async def test_a_wait_that_was_given_up_takes_no_job_from_the_next(
        self, backend: BackendUnderTest
    ) -> None:
        async with waiting(backend, 1):
            pass
        await backend.queue.enqueue(jobs("a"))
        assert await in_time(backend.queue.wait([QUEUE], LONG)) == [QUEUE]


@asynccontextmanager
async def waiting(
    backend: BackendUnderTest, number: int
) -> AsyncGenerator[list[asyncio.Task[Sequence[str]]]]:
    """Starts waiters on an empty queue, each with an adapter of its own, and sees that they wait."""
    queues = [await backend.another() for _ in range(number)]
    waiters = [asyncio.ensure_future(queue.wait([QUEUE], LONG)) for queue in queues]
    done, _ = await asyncio.wait(waiters, timeout=SHORT.total_seconds())
    assert not done
    yield waiters
    for waiter in waiters:
        waiter.cancel()
    await asyncio.gather(*waiters, return_exceptions=True)


async def first_answer(waiters: list[asyncio.Task[Sequence[str]]]) -> list[str]:
    """Returns what the first of the waiters to wake was told."""
    done, _ = await asyncio.wait(
        waiters, timeout=LONG.total_seconds() / 2, return_when=asyncio.FIRST_COMPLETED
    )
    assert done, "nobody woke"
    return list(done.pop().result())


async def in_time(wait: Coroutine[None, None, Sequence[str]]) -> list[str]:
    """Returns a wait's answer, which comes long before its time is up."""
    async with asyncio.timeout(LONG.total_seconds() / 2):
        return list(await wait)


async def _empty(backend: BackendUnderTest) -> None:
    """Uses up what earlier arrivals have announced."""
    while await backend.queue.wait([QUEUE], SHORT):
        await Lane(backend.queue).claim()
