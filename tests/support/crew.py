"""Worker processes of one application that a test stops, kills and lets go on."""

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from jobsys import BackgroundJobService, JobsysContainer, Settings
from jobsys.config import WorkerArguments
from jobsys.domain.record import JobRecord
from jobsys.testing.faults.ledger import Entry, Ledger
from tests.support.crew_app import serving
from tests.support.workshop import until

ROOT = Path(__file__).parents[2]
SOON = timedelta(seconds=60)
Process = subprocess.Popen[bytes]


class Crew:
    """Submits jobs to a backend, and starts the processes that run them."""

    def __init__(self, backend: str, folder: Path) -> None:
        self.backend = backend
        self.ledger = Ledger(folder / "ledger")
        self._log = (folder / "log").open("w+b")
        self.processes: list[Process] = []
        self._submits = JobsysContainer(Settings(backend=backend, worker={"enabled": False}))

    @property
    def jobs(self) -> BackgroundJobService:
        """Submits, and looks."""
        return self._submits.job_service()

    def begin(self, *arguments: str, **settings: str) -> Process:
        """Starts a worker process with these settings of the worker, a lease being a second."""
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "jobsys",
                "worker",
                "tests.support.crew_app:container",
                *arguments,
            ],
            env={**os.environ, **self._environment({"lease_for": "1s", **settings})},
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=self._log,
        )
        self.processes.append(process)
        return process

    @asynccontextmanager
    async def here(
        self, worker: WorkerArguments, backend: str | None = None
    ) -> AsyncIterator[JobsysContainer]:
        """Runs a worker in the test's own process."""
        made = serving(Settings(backend=backend or self.backend, worker=worker), self.ledger)
        async with made.lifecycle():
            yield made

    def noted(self, what: str, job: str | None = None) -> list[Entry]:
        """Returns what handlers noted of a job, or of all."""
        return [e for e in self.ledger.entries() if e.what == what and job in {None, e.job}]

    async def begun(self, job: str, times: int = 1) -> Entry:
        """Waits until a job has begun so often, and returns the last of them."""
        await until(lambda: len(self.noted("begin", job)) >= times, SOON)
        return self.noted("begin", job)[times - 1]

    async def outcome(self, job: str) -> JobRecord:
        """Waits for a job's end."""
        return await self.jobs.wait(job, SOON)

    def runs(self) -> Counter[str]:
        """How often each job was begun."""
        return Counter(entry.job for entry in self.noted("begin"))

    def said(self) -> str:
        """Returns what the processes have logged."""
        return Path(self._log.name).read_text()

    async def close(self) -> None:
        """Ends every process, whatever state it is in."""
        for process in self.processes:
            process.kill()
            process.send_signal(signal.SIGCONT)
            process.wait()
        self.ledger.close()
        self._log.close()
        await self._submits.backend().stop()

    def _environment(self, worker: Mapping[str, str]) -> Mapping[str, str]:
        return {
            "PYTHONPATH": str(ROOT),
            "JOBSYS_BACKEND": self.backend,
            "CREW_LEDGER": str(self.ledger.path),
            **{f"JOBSYS_WORKER__{name.upper()}": text for name, text in worker.items()},
        }
