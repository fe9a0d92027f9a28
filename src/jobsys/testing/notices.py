"""Notices for tests, in few words."""

import asyncio
from typing import Final

from jobsys.domain.notice import JobNotice, NoticeInterest
from jobsys.domain.status import JobEvent, JobStatus
from jobsys.ports.event_bus import EventBus
from jobsys.ports.subscription import Subscription
from jobsys.testing.jobs import QUEUE, id_of
from jobsys.testing.virtual_clock import START

ANY: Final = NoticeInterest()
LONG: Final = 10.0


def notice(
    key: str,
    status: JobStatus = JobStatus.COMPLETED,
    *,
    queue: str = QUEUE,
    job_type: str = "greet",
) -> JobNotice:
    """Returns the notice of a job that has reached a state."""
    event = JobEvent.SUCCEEDED if status is JobStatus.COMPLETED else JobEvent.FAILED
    return JobNotice(id_of(key, queue), job_type, event, status, 1, START)


def notices(*keys: str) -> list[JobNotice]:
    """Returns notices with nothing special about them."""
    return [notice(key) for key in keys]


async def received(listener: Subscription, number: int) -> list[JobNotice]:
    """Returns the next notices that a listener gets, so many of them at least."""
    taken: list[JobNotice] = []
    async with asyncio.timeout(LONG):
        while len(taken) < number:
            taken += await anext(listener)
    return taken


async def keys_received(listener: Subscription, number: int) -> list[str]:
    """Returns the keys of the next notices that a listener gets."""
    return [taken.job_id.key for taken in await received(listener, number)]


async def is_heard(bus: EventBus, wanted: bool) -> None:
    """Publishes until the bus says that somebody listens, or that nobody does."""
    async with asyncio.timeout(LONG):
        while await bus.publish(notices("test")) is not wanted:  # noqa: ASYNC110 (of another process)
            await asyncio.sleep(0.01)
