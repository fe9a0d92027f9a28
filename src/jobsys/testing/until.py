"""Waiting for what no event tells of."""

import asyncio
from collections.abc import Callable
from typing import Final

LONGEST: Final = 30.0
LOOK_EVERY: Final = 0.001


async def until(happened: Callable[[], object]) -> None:
    """Waits for what must happen; the event loop goes on meanwhile.

    Raises:
        TimeoutError: it did not within half a minute.
    """
    async with asyncio.timeout(LONGEST):
        while not happened():  # noqa: ASYNC110 (a condition of any kind)
            await asyncio.sleep(LOOK_EVERY)
