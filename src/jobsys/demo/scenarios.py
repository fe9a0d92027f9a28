"""The scenarios, each as short as it is told."""

import asyncio
import signal
import time
from datetime import timedelta
from typing import Final

from jobsys import JobPriority
from jobsys.demo.evidence import Role
from jobsys.demo.jobs import BrokenJob, EndlessJob, FlakyJob, PatientJob, ShortJob
from jobsys.demo.stage import Stage

QUEUED_BEFORE: Final = 60
DELAY: Final = timedelta(seconds=2)


async def before_the_workers(stage: Stage) -> None:
    """Plays what needs jobs that wait: nobody runs any yet."""
    low = [ShortJob()] * QUEUED_BEFORE
    stage.enrol(Role.LOW, await stage.jobs.submit_many(low, priority=JobPriority.LOW))
    stage.enrol(Role.HIGH, [await stage.jobs.submit(ShortJob(), priority=JobPriority.HIGH)])
    await stage.jobs.cancel(await stage.submit(Role.CANCELLED, ShortJob()))


async def with_the_workers(stage: Stage) -> None:
    """Plays all else; returns once each scenario has got as far as it is steered."""
    played = (delayed, fails_twice, dies_and_is_replayed, signals)
    await asyncio.gather(*(scenario(stage) for scenario in played))


async def delayed(stage: Stage) -> None:
    """A job that is submitted for later."""
    not_before = time.monotonic() + DELAY.total_seconds()
    job_id = await stage.jobs.submit(ShortJob(), delay=DELAY)
    stage.enrol(Role.DELAYED, [job_id])
    stage.not_before[job_id] = not_before


async def fails_twice(stage: Stage) -> None:
    """A job whose third attempt is the first to succeed."""
    await stage.submit(Role.FLAKY, FlakyJob(failures=2))


async def dies_and_is_replayed(stage: Stage) -> None:
    """A job that fails for good, until somebody mends the cause and replays it."""
    job_id = await stage.submit(Role.BROKEN, BrokenJob())
    await stage.jobs.wait(job_id)
    stage.work.mended.touch()
    await stage.jobs.retry(job_id)


async def signals(stage: Stage) -> None:
    """Worker processes that are killed, or asked to end, while they have a job in flight.

    One after the other, so that each signal meets one scenario's job only; whoever goes is
    replaced.
    """
    await stage.crew.ready()
    _, process = await stage.in_flight(Role.KILLED, EndlessJob())
    process.send(signal.SIGKILL)
    await _replaced(stage)

    job_id, process = await stage.in_flight(Role.DRAINED, PatientJob())
    process.send(signal.SIGTERM)
    stage.work.told_to_end.touch()
    await stage.jobs.wait(job_id)
    await _replaced(stage)

    _, process = await stage.in_flight(Role.RELEASED, EndlessJob())
    process.send(signal.SIGTERM)
    await _replaced(stage)
    await process.ended()


async def _replaced(stage: Stage) -> None:
    stage.crew.hire()
    await stage.crew.ready()
