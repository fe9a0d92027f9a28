"""Makes trouble between jobsys and Redis while jobs run: `./dev chaos network`."""

import asyncio
import random
from collections import Counter
from collections.abc import Coroutine
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Final

from redis.asyncio import Redis

from jobsys import BackgroundJobService, JobStatus, JobsysContainer
from jobsys.adapters.redis.key_layout import KeyLayout
from jobsys.application.metrics_summary import summary
from jobsys.ports.metric_families import ENQUEUED
from jobsys.testing.faults.ledger import Ledger
from tests.chaos.traffic import Alarms, Producer, drained, opened, working
from tests.chaos.troubles import TROUBLES, Scene
from tests.support.proxied import proxy_to, url_through

BACK_WITHIN: Final = 5.0
READY_WITHIN: Final = 2.0


@dataclass(frozen=True)
class Extent:
    """How many jobs are submitted during a trouble, and for how many seconds it lasts."""

    jobs: int
    seconds: float


SIZES: Final = {
    "lost replies of submits": Extent(jobs=200, seconds=0),
    "lost replies of claims": Extent(jobs=500, seconds=10),
    "lost replies of ends": Extent(jobs=500, seconds=10),
    "lost replies of anything": Extent(jobs=500, seconds=10),
    "refusals": Extent(jobs=500, seconds=40),
    "flushed scripts": Extent(jobs=1000, seconds=10),
    "cut connections": Extent(jobs=500, seconds=20),
    "slow and shaky": Extent(jobs=100, seconds=0),
    "few connections": Extent(jobs=500, seconds=2),
    "no connections": Extent(jobs=500, seconds=10),
}
"""How far each trouble goes when it is asked for by itself."""


@dataclass(frozen=True)
class Figures:
    """What a trouble showed.

    `stored` and `completed` are the backend's word, `enqueued` and `processed` that of the process'
    metrics. `broken_off` attempts were taken from their worker. `leaked` keys of Redis have no owner in
    the layout, and will not pass. `errors` were seen by callers, and
    `alarms` are lines of the log that ask for a human. `back` is for how many seconds a job took
    once the trouble was over, and `ready` after how many the worker was so.
    """

    fault: str
    seed: int
    jobs: int
    lost: int
    run_twice: int
    stored: int
    completed: int
    enqueued: int
    processed: int
    broken_off: int
    leaked: int
    errors: int
    alarms: int
    back: float
    ready: float

    @property
    def promised(self) -> bool:
        """True when what has to be right is, and jobs ran again in time."""
        return self.sound and self.back <= BACK_WITHIN and self.ready <= READY_WITHIN

    @property
    def sound(self) -> bool:
        """True when no job was lost, too few ran twice to matter, and every count is right."""
        trouble = TROUBLES[self.fault]
        return (
            {self.stored, self.completed, self.processed} == {self.jobs}
            and (trouble.errors or self.enqueued == self.jobs)
            and not self.lost
            and self.run_twice <= trouble.twice * self.jobs
            and (trouble.twice > 0 or not self.broken_off)
            and (trouble.errors or not self.errors)
            and not self.leaked
            and not self.alarms
        )


async def endure(fault: str, extent: Extent, redis_url: str, seed: int, folder: Path) -> Figures:
    """Submits jobs to a worker while there is trouble, waits for the last, and counts."""
    draw = random.Random(seed)  # noqa: S311 (chance, not secrecy)
    trouble, ledger = TROUBLES[fault], Ledger(folder / f"ledger of {fault}")
    async with (
        Redis.from_url(redis_url) as admin,
        proxy_to(redis_url, draw) as proxy,
        opened(redis_url) as watcher,
    ):
        await admin.flushdb()
        url = f"{url_through(proxy, redis_url)}?max_connections={trouble.connections}"
        with Alarms() as alarms:
            async with working(url, trouble.slots, ledger) as app:
                producer = Producer(app, draw, keyed=trouble.errors)
                scene = Scene(proxy, admin, draw, extent.seconds)
                brewing = asyncio.create_task(_ready_after(trouble.brew(scene), app))
                await producer.submit(extent.jobs, extent.seconds)
                ready = await brewing
                back = await _one_job(producer, watcher.job_service())
                await drained(watcher)
                await proxy.heal()
        seen = await _seen(watcher, app, ledger, producer)
        leaked = await _leaked(admin)
    ledger.close()
    return Figures(
        fault=fault,
        seed=seed,
        leaked=leaked,
        errors=producer.errors,
        alarms=len(alarms.lines),
        back=round(back, 3),
        ready=round(ready, 3),
        **seen,
    )


async def _one_job(producer: Producer, watcher: BackgroundJobService) -> float:
    """Returns how many seconds a job takes from its submission to its end, as seen undisturbed."""
    begun = monotonic()
    [job] = await producer.submit(1)
    await watcher.wait(job, "60s")
    return monotonic() - begun


async def _ready_after(trouble: Coroutine[object, object, None], app: JobsysContainer) -> float:
    """Returns for how many seconds the worker is not ready once the trouble is over."""
    await trouble
    begun = monotonic()
    while not app.worker().is_ready:  # noqa: ASYNC110 (a property rings no bell)
        await asyncio.sleep(0.01)
    return monotonic() - begun


async def _leaked(admin: Redis) -> int:
    """Returns how many keys nobody owns and nothing will remove."""
    layout = KeyLayout()
    owned = {key.encode() for key in (*layout.of_queue("default"), *layout.of_all_queues())}
    return sum([await admin.ttl(key) < 0 for key in await admin.keys() if key not in owned])


async def _seen(
    watcher: JobsysContainer, app: JobsysContainer, ledger: Ledger, producer: Producer
) -> dict[str, int]:
    records = (await watcher.job_service().find(limit=1_000_000)).records
    ends = Counter(entry.job for entry in ledger.entries() if entry.what == "end")
    counted = app.metrics().snapshot()
    enqueued = counted.readings[ENQUEUED.name].numbers.values()
    return {
        "jobs": len(producer.accepted),
        "lost": sum(not ends[job] for job in producer.accepted),
        "run_twice": sum(number > 1 for number in ends.values()),
        "stored": len(records),
        "completed": sum(record.status is JobStatus.COMPLETED for record in records),
        "enqueued": int(sum(enqueued)),
        "processed": summary(counted).processed,
        "broken_off": sum(len(record.errors) for record in records),
    }
