"""More urgent jobs than can be done, and low ones among them: `./dev chaos ageing`."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from jobsys import BackgroundJobService, BaseJob, JobContext, JobPriority, JobsysContainer, Settings
from jobsys.application.loop_time import loop_time

SLOTS: Final = 5
LASTS: Final = 0.05
OVERLOAD: Final = 1.1
LOW_SHARE: Final = 0.05
AGE_AFTER: Final = 30.0
OLDEST_ALLOWED: Final = 60.0
BEAT: Final = 0.25
GRACE: Final = timedelta(seconds=5)


class Work(BaseJob):
    """A job that lasts, and knows when it was submitted."""

    submitted: float
    is_low: bool = False


@dataclass(frozen=True)
class Figures:
    """What a flood showed: how long low jobs waited at most, those that still wait among them.

    `urgent_left` are the urgent jobs that wait at the end: the load was more than could be done.
    """

    backend: str
    seconds: int
    urgent: int
    urgent_left: int
    low: int
    low_done: int
    oldest: float

    @property
    def promised(self) -> bool:
        """True when no low job waited for a minute, though the load was too much all the time."""
        return self.oldest <= OLDEST_ALLOWED and self.low_done > 0 and self.urgent_left > SLOTS


async def flood(url: str, seconds: int) -> Figures:
    """Floods a worker with urgent jobs for so long, and submits a few low ones meanwhile."""
    backend = "sqlite" if url.startswith("sqlite") else "redis"
    waited: list[float] = []
    low, urgent = dict[str, float](), 0
    rate = OVERLOAD * SLOTS / LASTS
    async with worker(url, waited, low) as jobs:
        begun = loop_time()
        while (now := loop_time()) - begun < seconds:
            number = round(rate * BEAT)
            await jobs.submit_many([Work(submitted=now)] * number, priority=JobPriority.HIGH)
            few = [Work(submitted=now, is_low=True)] * max(round(number * LOW_SHARE), 1)
            low |= dict.fromkeys(await jobs.submit_many(few, priority=JobPriority.LOW), now)
            urgent += number
            await asyncio.sleep(max(now + BEAT - loop_time(), 0))
        left = (await jobs.counts())["default"].waiting[JobPriority.HIGH]
        await jobs.queues.pause("default")
    waiting = [loop_time() - since for since in low.values()]
    oldest = max([*waited, *waiting], default=0.0)
    return Figures(backend, seconds, urgent, left, len(low) + len(waited), len(waited), oldest)


@asynccontextmanager
async def worker(
    url: str, waited: list[float], low: dict[str, float]
) -> AsyncIterator[BackgroundJobService]:
    """Runs a worker that notes how long each low job has waited."""
    given = {"backend": url, "worker": {"concurrency": SLOTS, "grace": GRACE}}
    container = JobsysContainer(Settings.model_validate(given))

    @container.handles(Work)
    async def work(job: Work, context: JobContext) -> None:
        if job.is_low:
            low.pop(context.job_id, None)
            waited.append(loop_time() - job.submitted)
        await asyncio.sleep(LASTS)

    async with container.lifecycle():
        jobs = container.job_service()
        await jobs.queues.configure("default", age_after=timedelta(seconds=AGE_AFTER))
        yield jobs
