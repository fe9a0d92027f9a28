"""The worker processes of a demo: started, killed, and asked to end."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from jobsys import Settings
from jobsys.demo.until import until
from jobsys.demo.work_folder import WorkFolder

LONGEST_END: Final = 30.0
"""Seconds that a worker process may take to end when it is asked to; its grace is far less."""

GRACE: Final = "2s"


@dataclass
class WorkerProcess:
    """One process: `asked_at` is when it got its first signal, in monotonic seconds."""

    process: "subprocess.Popen[bytes]"
    log: Path
    asked_at: float | None = None
    asked_by: signal.Signals | None = None

    @property
    def pid(self) -> int:
        """Its id in the system."""
        return self.process.pid

    @property
    def exit_code(self) -> int | None:
        """How it ended; None while it runs."""
        return self.process.poll()

    def send(self, number: signal.Signals) -> None:
        """Sends a signal, and notes it if it is the first."""
        if self.asked_at is None:
            self.asked_at, self.asked_by = time.monotonic(), number
        self.process.send_signal(number)

    async def ended(self) -> None:
        """Returns once the process has ended; one that does not in time is killed."""
        try:
            async with asyncio.timeout(LONGEST_END):
                await until(lambda: self.exit_code is not None)
        except TimeoutError:
            self.process.kill()
            self.process.wait()


class Crew:
    """All worker processes that a demo has started."""

    def __init__(self, settings: Settings, work: WorkFolder) -> None:
        self._environment = environment_of(settings, work)
        self._work = work
        self.members: list[WorkerProcess] = []

    def hire(self) -> WorkerProcess:
        """Starts a worker process; it ends by itself, should this one be gone."""
        log = self._work.log(len(self.members) + 1)
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "jobsys", "worker", "jobsys.demo.app:container"],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=self._environment,
                start_new_session=True,  # Ctrl-C is for the demo, which then ends its workers
            )
        member = WorkerProcess(process, log)
        self.members.append(member)
        return member

    async def ready(self) -> None:
        """Returns once every process that still runs can run jobs."""
        await until(
            lambda: all(
                member.exit_code is not None or self._work.ready(member.pid).exists()
                for member in self.members
            )
        )

    def member(self, pid: int) -> WorkerProcess:
        """Returns the member that is this process."""
        return next(member for member in self.members if member.pid == pid)

    def deserters(self) -> list[WorkerProcess]:
        """Returns the processes that have ended though nobody had asked them to."""
        return [m for m in self.members if m.exit_code is not None and m.asked_at is None]

    async def dismiss(self) -> None:
        """Asks every process to end, and waits until all have."""
        for member in self.members:
            if member.asked_at is None and member.exit_code is None:
                member.send(signal.SIGTERM)
        await asyncio.gather(*(member.ended() for member in self.members))

    def end_at_once(self) -> None:
        """Kills whatever still runs, and lets go of every process."""
        for member in self.members:
            if member.exit_code is None:
                member.process.kill()
            member.process.wait()
            if member.process.stdin is not None:
                member.process.stdin.close()


def environment_of(settings: Settings, work: WorkFolder) -> Mapping[str, str]:
    """Returns this process's environment with these settings for jobsys, and no others."""
    inherited = {k: v for k, v in os.environ.items() if not k.upper().startswith("JOBSYS_")}
    return {
        **inherited,
        "JOBSYS_BACKEND": settings.backend,
        "JOBSYS_NAMESPACE": settings.namespace,
        "JOBSYS_KEEP_LAST": str(settings.keep_last),
        "JOBSYS_FILES": json.dumps([str(root) for root in settings.files]),
        "JOBSYS_MAIL__OUTBOX": str(work.outbox),
        "JOBSYS_WORKER__GRACE": GRACE,
    }
