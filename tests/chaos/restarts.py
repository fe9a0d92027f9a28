"""Kills workers and Redis under load, or takes Redis' last second: `./dev chaos restarts`."""

import asyncio
import random
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import Final

from jobsys import JobStatus, JobsysContainer
from jobsys.testing.faults.ledger import Ledger
from tests.chaos.app import Moment
from tests.chaos.outages import OUTAGES, Outage, Scene
from tests.chaos.traffic import (
    PASSING,
    OutboxProducer,
    Producer,
    drained,
    emptied,
    left,
    opened,
)
from tests.chaos.workers import Workers
from tests.support.redis_server import RedisServer

JOBS_A_SECOND: Final = 100
WORKERS: Final = 4
FIRST: Final = Moment(milliseconds=1)
DRAINED_WITHIN: Final = 11.0
RUN_TWICE: Final = 3
"""How many jobs may have been done and not yet told of when their workers were killed."""
ALARMS: Final = ("[ERROR]", "[CRITICAL]", "Traceback")


@dataclass(frozen=True)
class Figures:
    """What a fault showed.

    `at_risk` jobs were accepted in the second that Redis lost, and `in_hand` ones begun or ended in
    it. `forgotten` are unknown to Redis in the end, and `lost` ones never ran to their end:
    `broken` are those of both that were accepted at another time. `poison` are dead letters that
    were hit three times, each of which is an alarm. `drained` is for how many seconds jobs were left after the last fault and
    the last submit.
    """

    fault: str
    seed: int
    jobs: int
    kills: int
    at_risk: int
    in_hand: int
    forgotten: int
    lost: int
    broken: int
    poison: int
    run_twice: int
    stuck: int
    self_exits: int
    alarms: int
    drained: float

    @property
    def promised(self) -> bool:
        """True when what has to be right is, few jobs ran twice, and the last ended in time."""
        may_run_twice = RUN_TWICE + self.in_hand
        return self.sound and self.run_twice <= may_run_twice and self.drained <= DRAINED_WITHIN

    @property
    def sound(self) -> bool:
        """True when only what Redis lost is gone, nothing hangs, and nobody gave up."""
        told_of_others = self.alarms > self.poison
        return not any((self.broken, self.stuck, self.self_exits, told_of_others))


@dataclass
class Load:
    """Jobs that are submitted one after the other, and noted once they were accepted."""

    producer: Producer
    ledger: Ledger
    draw: random.Random
    delays: timedelta
    outages: int = 0

    async def run(self, jobs: int) -> None:
        """Submits so many jobs, and on until there were as many outages as there shall be."""
        while len(self.producer.accepted) < jobs or self.outages < jobs // JOBS_A_SECOND:
            [job] = await self.producer.submit(1, delay=self.delays * self.draw.random())
            self.ledger.note("accepted", job)
            await asyncio.sleep(1 / JOBS_A_SECOND)


async def endure(fault: str, server: RedisServer, jobs: int, seed: int, folder: Path) -> Figures:
    """Submits at least so many jobs while the fault happens, waits for the last, and counts."""
    draw = random.Random(seed)  # noqa: S311 (chance, not secrecy)
    ledger, log = Ledger(folder / f"ledger of {fault}"), folder / f"log of {fault}"
    outage, file = OUTAGES[fault], folder / f"outbox of {fault}"
    async with opened(server.url) as app:
        direct = None if outage.outbox else Producer(app, draw, keyed=True)
        load = Load(direct or OutboxProducer(app, draw, file), ledger, draw, outage.delays)
        with _workers(server, ledger, log, file if outage.outbox else None) as workers:
            scene = Scene(server, workers, ledger, draw)
            await _strike(load, scene, outage, jobs)
            begun = monotonic()
            with suppress(TimeoutError):
                await (drained(app) if direct else emptied(app, file))
            took, exits = monotonic() - begun, len(workers.exited())
        counted = await seen(app, ledger, scene.lost, may_lose=not outage.outbox)
    ledger.close()
    return Figures(
        fault=fault,
        seed=seed,
        kills=scene.kills,
        self_exits=exits,
        alarms=_alarms(log),
        drained=round(took, 3),
        **counted,
    )


def _workers(server: RedisServer, ledger: Ledger, log: Path, outbox: Path | None) -> Workers:
    environment = {
        "CHAOS_OUTBOX": str(outbox or ""),
        "JOBSYS_BACKEND": server.url,
        "JOBSYS_KEEP_LAST": "1000000",
        "CHAOS_LEDGER": str(ledger.path),
    }
    return Workers("tests.chaos.app:container", WORKERS, environment, log)


async def _strike(load: Load, scene: Scene, outage: Outage, jobs: int) -> None:
    """Lets an outage strike in each second of the load, which begins once somebody works."""
    await load.producer.service.wait(await load.producer.service.submit(FIRST))
    async with asyncio.TaskGroup() as group:
        group.create_task(load.run(jobs))
        for second in range(seconds := jobs // JOBS_A_SECOND):
            await asyncio.sleep(load.draw.uniform(0.8, 1.2))
            await outage.strike(scene, half_time=second == seconds // 2)
            load.outages += 1


async def seen(
    app: JobsysContainer, ledger: Ledger, lost_time: tuple[float, float], *, may_lose: bool
) -> dict[str, int]:
    """Counts what became of the jobs in a ledger; the backend has lost those of that time.

    Where it may not, they are among what is broken.
    """
    entries = ledger.entries()
    then = [entry for entry in entries if lost_time[0] <= entry.at <= lost_time[1]]
    ends = Counter(entry.job for entry in entries if entry.what == "end")
    accepted = {entry.job for entry in entries if entry.what == "accepted"}
    at_risk = {entry.job for entry in then if entry.what == "accepted"}
    known = {r.id: r.status for r in (await app.job_service().find(limit=1_000_000)).records}
    poison = {job for job, status in known.items() if status is JobStatus.FAILED}
    forgotten, lost = accepted - known.keys(), accepted - ends.keys() - poison
    return {
        "jobs": len(accepted),
        "at_risk": len(at_risk),
        "in_hand": len({entry.job for entry in then if entry.what in {"begin", "end"}}),
        "forgotten": len(forgotten),
        "lost": len(lost),
        "broken": len((forgotten | lost) - (at_risk if may_lose else set())),
        "poison": len(poison),
        "run_twice": sum(number > 1 for number in ends.values()),
        "stuck": await left(app),
    }


def _alarms(log: Path) -> int:
    lines = log.read_text().splitlines()
    return sum(any(level in line for level in ALARMS) and PASSING not in line for line in lines)
