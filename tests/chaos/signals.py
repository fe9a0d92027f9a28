"""Ends workers by signals at random moments while jobs run, fail and come due: `./dev chaos signals`."""

import asyncio
import random
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from jobsys import BackgroundJobService, JobsysContainer
from jobsys.testing.faults.ledger import Entry, Ledger
from tests.chaos.app import Moment, Stumble
from tests.chaos.traffic import drained, left, opened
from tests.chaos.workers import STARTED_WITHIN, Workers

WORKERS: Final = 4
GRACE: Final = 1.0
SLACK: Final = 1.0
"""Seconds beyond its grace within which a worker that was asked to stop shall have ended."""
HEARD_WITHIN: Final = 0.5
"""Seconds after a signal from which on nothing may begin: until then the process may not run."""

SECONDS: Final = (None, None, signal.SIGTERM, signal.SIGKILL)
"""What follows a SIGTERM, in turn: nothing, another within the grace, a kill at its end."""
CODES: Final = {None: {0}, signal.SIGTERM: {0, 128 + 15}, signal.SIGKILL: {0, -9}}
"""How each of them may end."""


@dataclass(frozen=True)
class Figures:
    """What the signals showed.

    `wrong_codes` are exits with another code than a stop's, or than that of the second signal;
    `late` ones came later than the grace and a second, `slowest` after so many seconds. `spent`
    attempts are more than those that failed by themselves. `begun_after` jobs began in a process that had
    been told to stop.
    """

    backend: str
    seed: int
    signals: int
    jobs: int
    lost: int
    wrong_codes: int
    late: int
    slowest: float
    spent: int
    begun_after: int

    @property
    def promised(self) -> bool:
        """True when what has to be right is, and each process ended in time."""
        return self.sound and not self.late and not self.begun_after

    @property
    def sound(self) -> bool:
        """True when nothing was lost or spent, and each process ended with the right code."""
        return not any((self.lost, self.spent, self.wrong_codes))


@dataclass(frozen=True)
class Exit:
    """How a process ended that was asked to at an instant: `seconds` after the last it heard."""

    pid: int
    asked_at: float
    seconds: float
    is_late: bool
    is_wrong: bool


async def end_workers(url: str, signals: int, seed: int, folder: Path) -> Figures:
    """Signals one busy worker after the other while jobs run, then waits for the rest."""
    draw = random.Random(seed)  # noqa: S311 (chance, not secrecy)
    ledger, exits = Ledger(folder / "ledger"), list[Exit]()
    async with opened(url) as app:
        jobs = app.job_service()
        submitted = await _submit(jobs, draw)
        with _workers(url, ledger, folder / "log") as workers:
            for number in range(signals):
                if await left(app) < 40:  # no worker shall ever be idle
                    submitted += await _submit(jobs, draw)
                victim = await _busy(workers, ledger, draw)
                await asyncio.sleep(draw.uniform(0, 0.5))
                exits.append(await _ended(victim, SECONDS[number % len(SECONDS)], draw))
                workers.replace(victim)
            await drained(app)
        figures = await _figures(app, ledger.entries(), submitted, exits, seed)
    ledger.close()
    return figures


def _workers(url: str, ledger: Ledger, log: Path) -> Workers:
    environment = {
        "JOBSYS_BACKEND": url,
        "JOBSYS_KEEP_LAST": "1000000",
        "JOBSYS_WORKER__CONCURRENCY": "4",
        "JOBSYS_WORKER__GRACE": f"{GRACE}s",
        "JOBSYS_WORKER__CRASH_LIMIT": "100",  # no job is to blame for a signal
        "CHAOS_LEDGER": str(ledger.path),
    }
    return Workers("tests.chaos.app:container", WORKERS, environment, log)


async def _submit(jobs: BackgroundJobService, draw: random.Random) -> list[str]:
    """Submits jobs that are shorter or longer than the grace, now or later; some fail first."""
    ids: list[str] = []
    for _ in range(10):
        batch = [
            draw.choice((Moment, Moment, Stumble))(milliseconds=draw.randint(20, 1500))
            for _ in range(10)
        ]
        ids += await jobs.submit_many(batch, delay=timedelta(seconds=draw.choice((0, 0.5, 1, 2))))
    return ids


async def _busy(workers: Workers, ledger: Ledger, draw: random.Random) -> "subprocess.Popen[bytes]":
    """Returns a worker that has begun jobs, as soon as there is one."""
    async with asyncio.timeout(STARTED_WITHIN):
        while True:
            pids = {entry.pid for entry in ledger.entries()}
            if busy := [process for process in workers.processes if process.pid in pids]:
                return draw.choice(busy)
            await asyncio.sleep(0.05)


async def _ended(
    victim: "subprocess.Popen[bytes]", second: signal.Signals | None, draw: random.Random
) -> Exit:
    """Asks a worker to stop, and sends the second signal if it is still there then."""
    asked_at = told_at = time.time()
    victim.terminate()
    allowed = GRACE + SLACK
    if second is not None:
        pause = GRACE if second is signal.SIGKILL else draw.uniform(0, GRACE)
        if not await asyncio.to_thread(_has_ended, victim, pause):
            told_at, allowed = time.time(), SLACK
            victim.send_signal(second)
    code = await asyncio.to_thread(victim.wait)
    seconds = time.time() - told_at
    return Exit(victim.pid, asked_at, seconds, seconds > allowed, code not in CODES[second])


def _has_ended(process: "subprocess.Popen[bytes]", within: float) -> bool:
    try:
        process.wait(within)
    except subprocess.TimeoutExpired:
        return False
    return True


async def _figures(
    app: JobsysContainer,
    entries: Sequence[Entry],
    submitted: Sequence[str],
    exits: Sequence[Exit],
    seed: int,
) -> Figures:
    records = (await app.job_service().find(limit=1_000_000)).records
    ended = {entry.job for entry in entries if entry.what == "end"}
    spent = [max(r.attempts - (r.job_type == Stumble.job_type), 0) for r in records]
    mute_from = {one.pid: one.asked_at + HEARD_WITHIN for one in exits}
    begins = (entry for entry in entries if entry.what == "begin" and entry.pid in mute_from)
    return Figures(
        backend=app.settings().backend.partition(":")[0],
        seed=seed,
        signals=len(exits),
        jobs=len(submitted),
        lost=len(set(submitted) - ended),
        wrong_codes=sum(one.is_wrong for one in exits),
        late=sum(one.is_late for one in exits),
        slowest=round(max(one.seconds for one in exits), 3),
        spent=sum(spent),
        begun_after=sum(entry.at > mute_from[entry.pid] for entry in begins),
    )
