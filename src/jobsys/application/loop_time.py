"""The time by which an event loop's timers go."""

import asyncio
from datetime import timedelta


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
