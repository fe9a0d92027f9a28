"""The application's side of a simulation: it submits, cancels and schedules, and repeats what fails."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Final, TypeVar

from jobsys.application.service import BackgroundJobService
from jobsys.domain.errors import ScheduleNotFound
from jobsys.domain.job_id import JobId
from jobsys.ports.errors import QueueUnavailable
from jobsys.testing.simulation.acts import Act
from jobsys.testing.simulation.story import EVERY, QUEUES, Course, PlannedJob

T = TypeVar("T")

REPEAT_AFTER: Final = 0.1
TICKS: Final = [Act(course=Course.SUCCEED, takes=0.05), Act(course=Course.FLAKY, takes=0.4)]


class Client:
    """Does what a story plans through the real service; `accepted` is told of each job taken in."""

    def __init__(self, service: BackgroundJobService, accepted: Callable[[JobId], None]) -> None:
        self._service = service
        self._accepted = accepted

    async def play(self, jobs: Sequence[PlannedJob]) -> None:
        """Schedules a job in each queue, and submits and cancels as planned."""
        for queue, act in zip(QUEUES, TICKS, strict=True):
            tick = partial(self._service.schedule, "tick", act, every=EVERY, queue=queue)
            await _insist(partial(tick, misfire="all", misfire_limit=100))
        await asyncio.gather(*map(self._play, jobs))

    async def end_schedules(self) -> None:
        """Removes what `play` has scheduled."""
        for queue in QUEUES:
            with suppress(ScheduleNotFound):  # removed by a call whose reply was lost
                await _insist(partial(self._service.schedules.remove, f"{queue}:tick"))

    async def _play(self, job: PlannedJob) -> None:
        await asyncio.sleep(job.at)
        act, delay = Act(course=job.course, takes=job.takes), timedelta(seconds=job.delay)
        job_id = await _insist(
            lambda: self._service.submit(act, key=job.key, queue=job.queue, delay=delay)
        )
        self._accepted(job_id)
        if job.cancel_after is not None:
            await asyncio.sleep(job.cancel_after)
            await _insist(lambda: self._service.cancel(job_id))


async def _insist(call: Callable[[], Awaitable[T]]) -> T:
    while True:
        try:
            return await call()
        except QueueUnavailable:
            await asyncio.sleep(REPEAT_AFTER)
