"""The time by which an event loop's timers go."""

import asyncio


def loop_time() -> float:
    """Returns the running event loop's time in seconds: a loop may have a time of its own."""
    return asyncio.get_running_loop().time()
