"""Looking on until somebody has seen enough."""

import asyncio
import signal
from collections.abc import Coroutine


async def until_stopped(looking: Coroutine[object, object, None], stop: asyncio.Event) -> None:
    """Returns once `stop` is set, by SIGINT or SIGTERM as well; raises what the looking raises."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    looks, waits = asyncio.create_task(looking), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({looks, waits}, return_when=asyncio.FIRST_COMPLETED)
        if looks.done():
            looks.result()
    finally:
        for task in (looks, waits):
            task.cancel()
        await asyncio.wait({looks, waits})
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
