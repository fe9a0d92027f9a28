"""Running a worker in the foreground until a signal ends it."""

import asyncio
import os
import sys
from contextlib import suppress

from jobsys.adapters.cli.stop_signals import StopSignals
from jobsys.adapters.cli.target import Application
from jobsys.application.ticker import Ticker


async def serve(application: Application, *, supervised: bool) -> None:
    """Runs the application's worker until SIGINT or SIGTERM, then drains; a second one aborts.

    A supervised one drains at the end of its standard input: its supervisor asks for it, or is
    gone. It leaves the second signal to the supervisor, for some signals reach both of them.

    Raises:
        QueueGone: what the jobs were kept in is gone.
    """
    asked = StopSignals(patient=supervised).asked
    application.enable_worker()
    with application.logging():
        async with application.lifecycle():
            if supervised:
                _set_at_end_of_input(asked)
            await _until_ended(asked, application.ticker())


async def _until_ended(asked: asyncio.Event, ticker: Ticker) -> None:
    """Returns when a stop was asked for; raises when there is nothing left to work on."""
    stop, gone = asyncio.create_task(asked.wait()), asyncio.create_task(ticker.until_gone())
    await asyncio.wait({stop, gone}, return_when=asyncio.FIRST_COMPLETED)
    stop.cancel()
    if gone.done():
        raise gone.result()
    gone.cancel()


def _set_at_end_of_input(asked: asyncio.Event) -> None:
    loop, descriptor = asyncio.get_running_loop(), sys.stdin.fileno()

    def readable() -> None:
        with suppress(OSError):
            if os.read(descriptor, 1024):
                return
        loop.remove_reader(descriptor)
        asked.set()

    loop.add_reader(descriptor, readable)
