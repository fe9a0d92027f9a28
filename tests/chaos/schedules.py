"""Ends processes while a schedule fires each second: `./dev chaos schedules`."""

import asyncio
import random
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from signal import Signals
from subprocess import Popen
from typing import Final

from jobsys import JobStatus, JobsysContainer, Settings, WorkerSettings
from jobsys.testing.faults.ledger import Ledger
from tests.chaos.app import Moment
from tests.chaos.workers import Workers

PAUSE: Final = 5.0
INSTANCES: Final = 3
GIVEN: Final = timedelta(seconds=15)
"""How long the last jobs may take: a lease of one that died runs out first."""


@dataclass(frozen=True)
class Figures:
    """What a run showed: of so many fire times, how many made their job, and what became of it."""

    backend: str
    seed: int
    seconds: int
    killed: int
    frozen: int
    stopped: int
    fired: int
    missed: int
    twice: int
    run_again: int
    completed: int
    latest: float

    @property
    def promised(self) -> bool:
        """True when each fire time made one job, and each job ended."""
        return not self.missed and not self.twice and self.completed == self.seconds


async def fire_through_deaths(url: str, seconds: int, seed: int, folder: Path) -> Figures:
    """Fires a cron each second in three processes, of which one ends or freezes every five seconds."""
    draw = random.Random(seed)  # noqa: S311 (chance, not secrecy)
    environment = {"JOBSYS_BACKEND": url, "CHAOS_LEDGER": str(folder / "ledger")}
    application = JobsysContainer(Settings(backend=url, worker=WorkerSettings(enabled=False)))
    await application.backend().start()
    jobs = application.job_service()
    with Workers("tests.chaos.app:container", INSTANCES, environment, folder / "log") as processes:
        await jobs.wait(await jobs.submit(Moment(milliseconds=1)))  # somebody is there
        await jobs.schedule("tick", Moment(milliseconds=1), cron="* * * * * *")
        begun = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=1)
        window = {begun + timedelta(seconds=n) for n in range(seconds)}
        ends = await _end_some(processes, draw, max(window))
        await asyncio.sleep(GIVEN.total_seconds())
    records = (await jobs.find(queue="default", limit=10 * seconds)).records
    ticks = {_fire_time(r.id.key): r for r in records if r.id.key.startswith("tick-")}
    inside = [record for at, record in ticks.items() if at in window]
    made = Counter(
        entry.job for entry in Ledger(folder / "ledger").entries() if entry.what == "end"
    )
    schedule = await jobs.schedules.get("default:tick")
    await application.backend().stop()
    return Figures(
        backend=url.partition(":")[0],
        seed=seed,
        seconds=seconds,
        killed=ends[Signals.SIGKILL],
        frozen=ends[Signals.SIGSTOP],
        stopped=ends[Signals.SIGTERM],
        fired=len(inside),
        missed=len(window - ticks.keys()),
        twice=schedule.fired - len(ticks),
        run_again=sum(n > 1 for n in made.values()),
        completed=sum(record.status is JobStatus.COMPLETED for record in inside),
        latest=round(max((r.created_at - at).total_seconds() for at, r in ticks.items()), 3),
    )


async def _end_some(processes: Workers, draw: random.Random, end: datetime) -> Counter[Signals]:
    """Ends one process after the other until an instant, or freezes it, and counts how."""
    ends: Counter[Signals] = Counter()
    while datetime.now(UTC) < end:
        await asyncio.sleep(PAUSE)
        number = draw.choice([Signals.SIGKILL, Signals.SIGSTOP, Signals.SIGTERM])
        victim = draw.choice(processes.processes)
        ends[number] += 1
        if number is Signals.SIGSTOP:
            await _freeze(victim)
        else:
            processes.end(victim, number)
    return ends


async def _freeze(process: "Popen[bytes]") -> None:
    """Has a process stand still for a while; once it goes on it must not fire what others fired."""
    process.send_signal(Signals.SIGSTOP)
    try:
        await asyncio.sleep(PAUSE)
    finally:
        process.send_signal(Signals.SIGCONT)


def _fire_time(key: str) -> datetime:
    return datetime.strptime(key, "tick-%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
