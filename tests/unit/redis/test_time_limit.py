"""Many calls have one limit, and each ends by it as by a timeout of its own."""

import asyncio
from contextlib import suppress

import pytest

from jobsys.adapters.redis.time_limit import TimeLimit

SOON = 0.02
LONG = 3600.0


async def stay(limit: TimeLimit) -> None:
    with limit.call():
        await asyncio.Event().wait()


def cancels() -> int:
    task = asyncio.current_task()
    assert task
    return task.cancelling()


async def test_a_call_that_takes_too_long_is_ended_and_leaves_no_cancel_behind() -> None:
    with pytest.raises(TimeoutError):
        await stay(TimeLimit(SOON))
    assert cancels() == 0


async def test_a_call_that_ended_in_time_is_not_ended_later() -> None:
    limit = TimeLimit(SOON)
    with limit.call():
        await asyncio.sleep(0)
    with pytest.raises(TimeoutError):
        await stay(limit)
    assert cancels() == 0


async def test_each_call_has_its_whole_time() -> None:
    limit, loop = TimeLimit(SOON), asyncio.get_running_loop()

    async def call(number: int) -> float:
        await asyncio.sleep(number * SOON / 4)
        began = loop.time()
        with suppress(TimeoutError):
            await stay(limit)
        return loop.time() - began

    assert min(await asyncio.gather(*map(call, range(8)))) >= SOON


async def test_a_cancel_from_elsewhere_is_a_cancel() -> None:
    staying = asyncio.create_task(stay(TimeLimit(LONG)))
    await asyncio.sleep(0)
    staying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await staying


async def test_a_cancel_from_elsewhere_is_one_also_where_the_call_is_late() -> None:
    async def cancelled_twice() -> None:
        with TimeLimit(SOON).call():
            try:
                await asyncio.Event().wait()
            finally:
                task = asyncio.current_task()
                assert task
                task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await asyncio.create_task(cancelled_twice())


async def test_a_late_call_that_ends_well_leaves_no_cancel_behind() -> None:
    with TimeLimit(SOON).call(), suppress(asyncio.CancelledError):
        await asyncio.Event().wait()
    assert cancels() == 0


def test_a_limit_holds_in_the_next_event_loop_too() -> None:
    limit = TimeLimit(SOON)

    async def call() -> None:
        with limit.call():
            await asyncio.sleep(0)

    asyncio.run(call())
    with pytest.raises(TimeoutError):
        asyncio.run(stay(limit))
