"""Several worker processes under one: started, watched, replaced when they die, stopped together."""

import asyncio
import logging
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import Sequence
from contextlib import suppress
from time import monotonic
from typing import Final

from jobsys.adapters.cli.exit_codes import HOPELESS
from jobsys.adapters.cli.stop_signals import StopSignals

log = logging.getLogger("jobsys.supervisor")

FIRST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 30.0
"""How long a process that keeps dying is left alone before it is started again, in seconds."""
HEALTHY_AFTER: Final = 60.0
NOT_BEGUN: Final = -signal.SIGTERM
"""How a process ends that was stopped before it listened to signals, hence before it ran a job."""


class Supervisor:
    """Keeps so many processes of one command running until it is told to stop.

    Each has a process group of its own, so that Ctrl-C reaches it once, through here; and a pipe
    from here as its standard input, so that it learns when this process is gone.
    """

    def __init__(self, command: Sequence[str], processes: int) -> None:
        self._command = command
        self._number = processes
        self._running: set[Process] = set()
        self._asked = asyncio.Event()
        self._hopeless = 0

    async def run(self) -> int:
        """Runs until SIGINT or SIGTERM and returns the exit code: 0 once every process drained."""
        self._asked = StopSignals(self._kill).asked
        kept = [asyncio.create_task(self._keep(number)) for number in range(self._number)]
        await self._asked.wait()
        for process in self._running.copy():
            _ask_to_drain(process)
        codes = await asyncio.gather(*kept)
        return self._hopeless or int(any(codes))

    async def _keep(self, number: int) -> int:
        """Runs one process after another; returns the exit code of the one that was asked to stop."""
        pause = FIRST_PAUSE
        while True:
            begun = monotonic()
            try:
                code = await self._one()
            except OSError as error:  # the system has no room for another process now
                log.error("worker %d cannot be started: %s", number, error)
                code = 1
            if self._asked.is_set():
                return 0 if code == NOT_BEGUN else code
            if code in HOPELESS:
                log.critical("worker %d ended with %d: %s; all end", number, code, HOPELESS[code])
                self._hopeless = code
                self._asked.set()
                return code
            pause = FIRST_PAUSE if monotonic() - begun > HEALTHY_AFTER else pause
            log.error("worker %d ended with %s; starting it again in %.1f s", number, code, pause)
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._asked.wait()
                    return 0
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _one(self) -> int:
        process = await asyncio.create_subprocess_exec(
            *self._command, stdin=asyncio.subprocess.PIPE, process_group=0
        )
        self._running.add(process)
        if self._asked.is_set():  # while it was being started
            _ask_to_drain(process)
        try:
            return await process.wait()
        finally:
            self._running.discard(process)

    def _kill(self) -> None:
        for process in self._running.copy():
            with suppress(ProcessLookupError):
                process.kill()


def _ask_to_drain(process: Process) -> None:
    if process.stdin is not None:
        process.stdin.close()


def worker_command(target: str) -> Sequence[str]:
    """Returns the command of one supervised worker process."""
    return [sys.executable, "-m", "jobsys", "worker", "--supervised", target]
