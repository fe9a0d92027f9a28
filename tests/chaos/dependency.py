"""Takes away what ten thousand jobs depend on, and gives it back: `./dev chaos outage`."""

import asyncio
import os
import random
import time
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from jobsys import BaseJob, Circuit, JobContext, JobStatus, JobsysContainer, RetryPolicy
from jobsys.domain.record import JobRecord
from jobsys.testing.faults.ledger import Ledger
from tests.chaos.traffic import drained, opened
from tests.chaos.workers import Workers

FAILURES: Final = 10
WORKERS: Final = 2
LEARNT_WITHIN: Final = 1.5
"""Seconds after the first failure from which on no worker calls any more but to try."""
SLACK: Final = 30.0
"""Seconds that the machine may take for as many jobs as there are."""


class Ask(BaseJob):
    """Needs the dependency."""

    retry = RetryPolicy(max_attempts=20, base=timedelta(milliseconds=200))
    circuit = Circuit("dependency")


@dataclass(frozen=True)
class Extent:
    """How many jobs there are, and how often the circuit may try while the dependency is down."""

    jobs: int = 10_000
    periods: int = 6


WHOLE: Final = Extent()


@dataclass(frozen=True)
class Figures:
    """What the outage showed.

    `spent` attempts are those that the `probes`, and the failures that opened the circuit, cost;
    `more` are others. `called` is how often the dependency was called in vain. `claims` is how often
    a job was claimed at most, `crowd` how many times the mean were due in one second, when all
    were held. The first job had ended `first` seconds after the dependency was back, the last `after`.
    """

    backend: str
    seed: int
    jobs: int
    lost: int
    down: float
    period: float
    called: int
    probes: int
    spent: int
    more: int
    claims: int
    crowd: float
    first: float
    after: float

    @property
    def promised(self) -> bool:
        """True when nothing was lost or spent in vain, and all were done soon after."""
        soon = self.after <= 1.1 * self.period + 1 + SLACK
        tried = self.probes <= self.down / self.period + 1
        return not self.lost and not self.more and tried and soon and self.crowd <= 3


def container() -> JobsysContainer:
    """Makes the container of a worker; the environment names the ledger, and the dependency's file."""
    made = JobsysContainer()
    ledger, down = Ledger(Path(os.environ["CHAOS_LEDGER"])), Path(os.environ["CHAOS_DOWN"])

    @made.handles(Ask)
    async def ask(job: Ask, context: JobContext) -> None:
        await asyncio.sleep(0.002)
        if down.exists():  # noqa: ASYNC240 (a moment)
            ledger.note("refused", context.job_id)
            raise ConnectionError("the dependency is down")
        ledger.note("end", context.job_id)

    return made


async def take_away(
    url: str, seconds: float, seed: int, folder: Path, extent: Extent = WHOLE
) -> Figures:
    """Submits jobs while their dependency is down, gives it back, and waits for the rest."""
    draw = random.Random(seed)  # noqa: S311 (chance, not secrecy)
    ledger, down = Ledger(folder / "ledger"), folder / "down"
    period = seconds / extent.periods
    down.touch()
    async with opened(url) as app:
        with _workers(url, ledger, down, period, folder / "log") as workers:
            await workers.served(WORKERS)
            gone_at, ids = time.time(), list[str]()
            for _ in range(10):
                await asyncio.sleep(draw.uniform(0, period / 10))
                ids += await app.job_service().submit_many([Ask()] * (extent.jobs // 10))
            crowd = _crowd(await _all_held(app, gone_at + seconds))
            await asyncio.sleep(max(seconds - (time.time() - gone_at), 0))
            down.unlink()
            back_at = time.time()
            await drained(app)
        records = (await app.job_service().find(limit=1_000_000)).records
    entries = ledger.entries()
    ledger.close()
    answered = [entry.at - back_at for entry in entries if entry.what == "end"]
    refused = sorted(entry.at for entry in entries if entry.what == "refused")
    probes = len(refused) - bisect_right(refused, refused[0] + LEARNT_WITHIN)
    spent = sum(record.attempts for record in records)
    return Figures(
        backend=url.partition(":")[0],
        seed=seed,
        jobs=len(ids),
        lost=len(set(ids) - {entry.job for entry in entries if entry.what == "end"}),
        down=round(back_at - gone_at, 1),
        period=period,
        called=len(refused),
        probes=probes,
        spent=spent,
        more=abs(spent - FAILURES - probes),
        claims=max(record.standing.token for record in records),
        crowd=round(crowd, 2),
        first=round(min(answered), 1),
        after=round(max(answered), 1),
    )


def _workers(url: str, ledger: Ledger, down: Path, period: float, log: Path) -> Workers:
    environment = {
        "JOBSYS_BACKEND": url,
        "JOBSYS_KEEP_LAST": "1000000",
        "JOBSYS_CIRCUIT__FAILURES": str(FAILURES),
        "JOBSYS_CIRCUIT__RECOVER_AFTER": f"{period}s",
        "CHAOS_LEDGER": str(ledger.path),
        "CHAOS_DOWN": str(down),
    }
    return Workers("tests.chaos.dependency:container", WORKERS, environment, log)


async def _all_held(app: JobsysContainer, until: float) -> Sequence[JobRecord]:
    """Returns all jobs as soon as each of them is held; none where a machine is too slow for that."""
    while time.time() < until:
        counts = await app.job_service().counts()
        now = counts["default"].now
        if now[JobStatus.SCHEDULED] == sum(now.values()):
            return (await app.job_service().find(limit=1_000_000)).records
        await asyncio.sleep(0.05)
    return []


def _crowd(records: Sequence[JobRecord]) -> float:
    """Returns how many are due within one second at most, as a multiple of the mean."""
    dues = sorted(r.standing.due_at.timestamp() for r in records if r.standing.due_at)
    if not dues:
        return 0.0
    most = max(bisect_right(dues, due + 1) - index for index, due in enumerate(dues))
    return most / len(dues) * max(dues[-1] - dues[0], 1.0)
