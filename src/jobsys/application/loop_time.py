"""The time by which an event loop's timers go."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

LONGEST_PAUSE: Final = 0.25


def loop_time() -> float:
    """Returns the running event loop's time in seconds: a loop may have a time of its own."""
    return asyncio.get_running_loop().time()


async def happened(event: asyncio.Event, within: timedelta) -> bool:
    """Returns True as soon as the event is set, False when the time is up."""
    try:
        async with asyncio.timeout(within.total_seconds()):
            await event.wait()
    except TimeoutError:
        return False
    return True


def pauses_from(shortest: float) -> Iterator[float]:
    """Yields the pauses, in seconds, of who looks again and again: each half as long again."""
    while True:
        yield shortest
        shortest = min(shortest * 1.5, LONGEST_PAUSE)
