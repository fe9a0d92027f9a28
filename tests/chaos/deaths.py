"""Kills the only busy worker of a quiet queue, and measures until its job runs again."""

import asyncio
import random
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from jobsys import BackgroundJobService, JobsysContainer, Settings, WorkerSettings
from jobsys.testing.faults.ledger import Entry, Ledger
from tests.chaos.app import Moment
from tests.chaos.workers import Workers

TAKES: Final = 2.0
WITHIN: Final = 2.0
"""Seconds within which a job shall run again."""


@dataclass(frozen=True)
class Figures:
    """How long jobs lay after the deaths of their workers, in seconds, and how often each ran."""

    backend: str
    seed: int
    deaths: int
    late: int
    run_twice: int
    rerun_p50: float
    rerun_p99: float
    rerun_max: float

    @property
    def promised(self) -> bool:
        """True when every job ran again in time, and once to its end."""
        return not self.late and not self.run_twice


async def die_alone(url: str, deaths: int, seed: int, folder: Path) -> Figures:
    """Kills the worker that runs the only job, so many times, while another worker is idle."""
    draw = random.Random(seed)  # noqa: S311 (chance, not secrecy)
    ledger = Ledger(folder / "ledger")
    environment = {"JOBSYS_BACKEND": url, "CHAOS_LEDGER": str(folder / "ledger")}
    application = JobsysContainer(Settings(backend=url, worker=WorkerSettings(enabled=False)))
    await application.backend().start()
    jobs = application.job_service()
    with Workers("tests.chaos.app:container", 2, environment, folder / "log") as processes:
        lay: list[float] = []
        for number in range(deaths):
            await processes.served(2 + number)  # else nobody idles
            lay.append(await _one_death(jobs, ledger, processes, draw))
    await application.backend().stop()
    lay.sort()
    return Figures(
        backend=url.partition(":")[0],
        seed=seed,
        deaths=deaths,
        late=sum(seconds > WITHIN for seconds in lay),
        run_twice=run_twice(ledger.entries()),
        rerun_p50=lay[len(lay) // 2],
        rerun_p99=lay[len(lay) * 99 // 100],
        rerun_max=lay[-1],
    )


async def _one_death(
    jobs: BackgroundJobService, ledger: Ledger, processes: Workers, draw: random.Random
) -> float:
    """Returns for how many seconds a job lay between two runs."""
    job = await jobs.submit(Moment(milliseconds=int(TAKES * 1000)))
    [first] = await _begins(ledger, job, 1)
    await asyncio.sleep(draw.uniform(0.1, TAKES * 0.8))
    killed_at = time.time()
    victim = next(process for process in processes.processes if process.pid == first.pid)
    processes.end(victim, signal.SIGKILL)
    _, again, *_ = await _begins(ledger, job, 2)
    await jobs.wait(job, timedelta(seconds=30))
    return round(again.at - killed_at, 3)


async def _begins(ledger: Ledger, job: str, number: int) -> Sequence[Entry]:
    """Waits until a job has begun so often."""
    async with asyncio.timeout(60):
        while True:
            begins = [e for e in ledger.entries() if (e.job, e.what) == (job, "begin")]
            if len(begins) >= number:
                return begins
            await asyncio.sleep(0.02)


def run_twice(entries: Sequence[Entry]) -> int:
    """Returns how many ends there were too many."""
    ends = [entry.job for entry in entries if entry.what == "end"]
    return len(ends) - len(set(ends))
