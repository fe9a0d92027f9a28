"""Having another event loop do something, with a cancel that waits for its end there."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")


async def done_in(
    loop: asyncio.AbstractEventLoop, work: Coroutine[object, object, T], patience: float
) -> T:
    """Returns what comes of the work; a cancel ends it, and waits for that for so many seconds."""
    ended: Future[None] = Future()

    async def until_it_ends() -> T:
        try:
            return await work
        finally:
            ended.set_result(None)

    outcome = asyncio.wrap_future(asyncio.run_coroutine_threadsafe(until_it_ends(), loop))
    try:
        return await outcome
    except asyncio.CancelledError:
        await asyncio.wait([asyncio.wrap_future(ended)], timeout=patience)
        raise
