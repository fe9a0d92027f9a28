"""Kills workers in mid-job, and shows that every job still ran to its end: `./dev chaos kills`."""

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from jobsys import BackgroundJobService, JobStatus, JobsysContainer, Settings, WorkerSettings
from jobsys.testing.faults.killer import Blow, Killer
from jobsys.testing.faults.ledger import Entry, Ledger
from tests.chaos.app import Moment
from tests.chaos.workers import Workers


@dataclass(frozen=True)
class Figures:
    """What a run of kills showed."""

    backend: str
    seed: int
    kills: int
    jobs: int
    lost: int
    interrupted: int
    run_twice: int
    poison: int
    self_exits: int
    rerun_p50: float
    rerun_p99: float
    rerun_max: float

    @property
    def promised(self) -> bool:
        """True when nothing was lost, nobody ended by itself, and every re-run came in time."""
        return not self.lost and not self.self_exits and self.rerun_max <= 11


async def kill_workers(url: str, kills: int, seed: int, folder: Path, workers: int = 4) -> Figures:
    """Kills a worker in mid-job again and again while jobs run, then waits for the rest."""
    draw = random.Random(seed)  # noqa: S311 (chance, not secrecy)
    ledger = Ledger(folder / "ledger")
    environment = {
        "JOBSYS_BACKEND": url,
        "JOBSYS_KEEP_LAST": "1000000",
        "JOBSYS_WORKER__CONCURRENCY": "4",
        "CHAOS_LEDGER": str(folder / "ledger"),
    }
    settings = Settings(backend=url, keep_last=1_000_000, worker=WorkerSettings(enabled=False))
    application = JobsysContainer(settings)
    await application.backend().start()
    jobs = application.job_service()
    with Workers("tests.chaos.app:container", workers, environment, folder / "log") as processes:
        done: list[Blow] = []
        killer = Killer(ledger, draw)
        submitted = await _submit(jobs, 100, draw)
        while len(done) < kills:
            if await _waiting(jobs) < 300:  # no worker shall ever be idle
                submitted += await _submit(jobs, 400, draw)
            if blow := killer.strike(processes.processes):
                processes.replace(blow.process)
                done += [blow] if blow.jobs else []
            await asyncio.sleep(draw.uniform(1.0, 2.0))
        await _drained(jobs)
        exits = len(processes.exited())
    figures = await _figures(jobs, ledger, submitted, done, (url.partition(":")[0], seed, exits))
    await application.backend().stop()
    return figures


async def _submit(jobs: BackgroundJobService, number: int, draw: random.Random) -> list[str]:
    moments = [Moment(milliseconds=draw.randint(50, 200)) for _ in range(number)]
    return list(await jobs.submit_many(moments))


async def _waiting(jobs: BackgroundJobService) -> int:
    counts = (await jobs.counts()).get("default")
    return counts.now[JobStatus.QUEUED] if counts else 0


async def _drained(jobs: BackgroundJobService, within: timedelta = timedelta(minutes=3)) -> None:
    async with asyncio.timeout(within.total_seconds()):
        while True:
            now = (await jobs.counts())["default"].now
            if not any(number for status, number in now.items() if not status.is_final):
                return
            await asyncio.sleep(0.2)


async def _figures(
    jobs: BackgroundJobService,
    ledger: Ledger,
    submitted: Sequence[str],
    kills: Sequence[Blow],
    run: tuple[str, int, int],
) -> Figures:
    entries = ledger.entries()
    poison = {job for job in submitted if (await jobs.get(job)).status is JobStatus.FAILED}
    ends = Counter(entry.job for entry in entries if entry.what == "end")
    ended = {job for job, number in ends.items() if number}
    reruns = sorted(
        _seconds_until_rerun(entries, kill, job)
        for kill in kills
        for job in kill.jobs
        if job not in poison
    )
    backend, seed, exits = run
    return Figures(
        backend=backend,
        seed=seed,
        kills=len(kills),
        jobs=len(submitted),
        lost=len(set(submitted) - ended - poison),
        interrupted=len(reruns),
        run_twice=sum(number > 1 for number in ends.values()),
        poison=len(poison),
        self_exits=exits,
        rerun_p50=reruns[len(reruns) // 2],
        rerun_p99=reruns[len(reruns) * 99 // 100],
        rerun_max=reruns[-1],
    )


def _seconds_until_rerun(entries: Sequence[Entry], kill: Blow, job: str) -> float:
    again = (e.at for e in entries if e.job == job and e.pid != kill.process.pid and e.at > kill.at)
    return round(next(again, float("inf")) - kill.at, 3)
