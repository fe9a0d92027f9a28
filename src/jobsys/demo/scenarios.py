"""The scenarios, each as short as it is told."""

import asyncio
import signal
import time
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Final

from jobsys import JobPriority, Schedule
from jobsys.demo.clutter import Clutter, cleanup_check, dry_run_check
from jobsys.demo.evidence import Role
from jobsys.demo.jobs import KEPT, BrokenJob, EndlessJob, FlakyJob, PatientJob, ShortJob, SlowJob
from jobsys.demo.mails import MAILS, Outbox
from jobsys.demo.stage import Stage
from jobsys.demo.until import until
from jobsys.domain.schedule import job_id_of

QUEUED_BEFORE: Final = 60
DELAY: Final = timedelta(seconds=2)
EVERY: Final = timedelta(seconds=1)
FIRES: Final = 3
LOOK_EVERY: Final = 0.2
CALL_TAKES: Final = 0.2
HEARD_WITHIN: Final = 10.0


async def before_the_workers(stage: Stage) -> None:
    """Plays what needs jobs that wait: nobody runs any yet."""
    low = [ShortJob()] * QUEUED_BEFORE
    stage.enrol(Role.LOW, await stage.jobs.submit_many(low, priority=JobPriority.LOW))
    stage.enrol(Role.HIGH, [await stage.jobs.submit(ShortJob(), priority=JobPriority.HIGH)])
    await stage.jobs.cancel(await stage.submit(Role.CANCELLED, ShortJob()))


async def with_the_workers(stage: Stage) -> None:
    """Plays all else; returns once each scenario has got as far as it is steered."""
    played = (
        delayed,
        fires,
        fails_twice,
        takes_too_long,
        dies_and_is_replayed,
        sends_mail,
        cleans_up,
        calls_and_forgets,
        signals,
    )
    await asyncio.gather(*(scenario(stage) for scenario in played))


async def delayed(stage: Stage) -> None:
    """A job that is submitted for later."""
    not_before = time.monotonic() + DELAY.total_seconds()
    job_id = await stage.jobs.submit(ShortJob(), delay=DELAY)
    stage.enrol(Role.DELAYED, [job_id])
    stage.notes.not_before[job_id] = not_before


async def fires(stage: Stage) -> None:
    """A schedule that fires each second, and is removed after some times.

    Which jobs it must have made is said by its rule, not by the store.
    """
    schedules = stage.jobs.schedules
    schedule_id = await stage.jobs.schedule("tick", ShortJob(), every=EVERY)
    while (await schedules.get(schedule_id)).fired < FIRES:  # noqa: ASYNC110 (another process fires)
        await asyncio.sleep(LOOK_EVERY)
    await schedules.pause(schedule_id)
    schedule = await schedules.get(schedule_id)
    await schedules.remove(schedule_id)
    stage.notes.fired = schedule.fired
    stage.enrol(Role.TICK, _fired(stage, schedule))


def _fired(stage: Stage, schedule: Schedule) -> list[str]:
    """Returns the ids of the jobs of as many fire times as there were, up to the last one."""
    if schedule.last_at is None:
        return []
    start = schedule.last_at - schedule.fired * EVERY
    times = stage.jobs.schedules.preview(schedule.rule, schedule.fired, start)
    return [job_id_of(schedule.id, time.at) for time in times]


async def fails_twice(stage: Stage) -> None:
    """A job whose third attempt is the first to succeed."""
    await stage.submit(Role.FLAKY, FlakyJob(failures=2))


async def takes_too_long(stage: Stage) -> None:
    """A job whose first attempt is stopped at its time limit."""
    await stage.submit(Role.SLOW, SlowJob())


async def dies_and_is_replayed(stage: Stage) -> None:
    """A job that fails for good, until somebody mends the cause and replays it."""
    job_id = await stage.submit(Role.BROKEN, BrokenJob())
    await stage.jobs.wait(job_id)
    stage.work.mended.touch()
    await stage.jobs.retry(job_id)


async def sends_mail(stage: Stage) -> None:
    """Mails of several kinds, into the outbox."""
    outbox = Outbox(stage.work.outbox, len(MAILS))
    ids = await stage.jobs.submit_many(MAILS, retention=KEPT)
    stage.enrol(Role.EMAIL, ids)
    stage.to_check |= {
        job_id: partial(outbox.check, mail) for job_id, mail in zip(ids, MAILS, strict=True)
    }


async def cleans_up(stage: Stage) -> None:
    """A clean-up of a folder of the demo's own: a dry run, then for real."""
    clutter = Clutter(stage.work.clutter)
    for role, check in ((Role.DRY_RUN, dry_run_check), (Role.CLEANUP, cleanup_check)):
        job = clutter.job(dry_run=role is Role.DRY_RUN)
        job_id = await stage.jobs.submit(job, retention=KEPT)
        stage.enrol(role, [job_id])
        await stage.jobs.wait(job_id)
        stage.to_check[job_id] = partial(check, clutter.left())


async def calls_and_forgets(stage: Stage) -> None:
    """A call in this process that takes a moment, for which nobody waits."""

    async def call() -> None:
        await asyncio.sleep(CALL_TAKES)
        stage.notes.calls.append(time.monotonic())

    stage.jobs.fire_and_forget(call)
    stage.notes.returned_at = time.monotonic()


async def signals(stage: Stage) -> None:
    """Worker processes that are killed, or asked to end, while they have a job in flight.

    One after the other, so that each signal meets one scenario's job only; whoever goes is
    replaced.
    """
    await stage.crew.ready()
    await is_heard_of(stage)  # first: who is killed may not have told of every end
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


async def is_heard_of(stage: Stage) -> None:
    """A job whose end another process tells of."""
    job_id = await stage.submit(Role.HEARD, ShortJob())
    with suppress(TimeoutError):
        async with asyncio.timeout(HEARD_WITHIN):
            await until(lambda: job_id in stage.notes.heard)


async def _replaced(stage: Stage) -> None:
    stage.crew.hire()
    await stage.crew.ready()
