"""Running a worker in the foreground until a signal ends it."""

import asyncio
import os
import signal
import sys
from contextlib import suppress
from types import FrameType

from jobsys.adapters.cli.target import Application


async def serve(application: Application) -> None:
    """Runs the application's worker until SIGINT or SIGTERM, then drains; a second one aborts."""
    asked, loop = asyncio.Event(), asyncio.get_running_loop()
    signalled = False

    # Not by the event loop: a handler that blocks it must not keep a second signal from aborting.
    def on_signal(number: int, _: FrameType | None) -> None:
        nonlocal signalled
        name = signal.Signals(number).name
        if signalled:
            _say(f"jobsys: {name} again: aborted, leases will run out\n")
            os._exit(128 + number)
        signalled = True
        _say(f"jobsys: {name}: finishing running jobs\n")
        loop.call_soon_threadsafe(asked.set)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, on_signal)
    application.enable_worker()
    with application.logging():
        async with application.lifecycle():
            await asked.wait()


def _say(text: str) -> None:
    # Not by sys.stderr, whose write the signal may have interrupted. Where it is None, the process
    # was started without one, and descriptor 2 may be any file by now.
    if sys.stderr is not None:
        with suppress(OSError):
            os.write(2, text.encode())
