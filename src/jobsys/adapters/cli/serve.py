"""Running a worker in the foreground until a signal ends it."""

import asyncio
import os
import signal
import sys

from jobsys.adapters.cli.target import Application


async def serve(application: Application) -> None:
    """Runs the application's worker until SIGINT or SIGTERM, then drains; a second one aborts."""
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()

    def on_signal(number: signal.Signals) -> None:
        if asked.is_set():
            sys.stderr.write(f"jobsys: {number.name} again: aborted, leases will run out\n")
            sys.stderr.flush()
            os._exit(128 + number)
        sys.stderr.write(f"jobsys: {number.name}: finishing running jobs\n")
        asked.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, on_signal, number)
    application.enable_worker()
    async with application.lifecycle():
        await asked.wait()
