"""Work that goes on beside the event loop of the jobs, whatever that loop does."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine

Begin = Callable[[Callable[[], Coroutine[object, object, None]]], Callable[[], Awaitable[None]]]
"""Begins work that is a coroutine's; what it returns waits, when it is called, for the work's end."""


def in_a_thread(
    work: Callable[[], Coroutine[object, object, None]],
) -> Callable[[], Awaitable[None]]:
    """Begins work in a thread with an event loop of its own, which does not keep the process."""
    loop = asyncio.new_event_loop()  # here, so that who begins is told that there can be none

    def run() -> None:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            runner.run(work())

    thread = threading.Thread(target=run, name="jobsys-leases", daemon=True)
    thread.start()
    return lambda: asyncio.to_thread(thread.join)
