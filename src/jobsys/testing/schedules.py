"""Schedules for tests, in few words."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from jobsys.domain.envelope import Header
from jobsys.domain.payload import JobPayload
from jobsys.domain.priority import JobPriority
from jobsys.domain.schedule import Firing, Schedule, ScheduleId
from jobsys.domain.schedule_rule import ScheduleRule
from jobsys.ports.scheduler import Due, Scheduler
from jobsys.testing.backend import SchedulerUnderTest
from jobsys.testing.jobs import QUEUE

EACH_MINUTE = ScheduleRule(every=timedelta(minutes=1))


def schedule(
    name: str,
    next_at: datetime | None,
    *,
    queue: str = QUEUE,
    rule: ScheduleRule = EACH_MINUTE,
    priority: JobPriority = JobPriority.NORMAL,
) -> Schedule:
    """Returns a schedule whose job's payload names it."""
    payload = JobPayload(b'{"name":"%b"}' % name.encode())
    return Schedule(
        ScheduleId.of(queue, name),
        rule,
        Header(type="greet"),
        payload,
        priority,
        next_at,
    )


def firing(of: Schedule, next_at: datetime | None) -> Firing:
    """Returns the firing of a schedule at the time for which it waits."""
    assert of.next_at is not None  # noqa: S101 (a paused schedule has none)
    return of.firing(of.next_at, of.next_at, next_at)


async def stored(backend: SchedulerUnderTest, name: str, queue: str = QUEUE) -> Schedule:
    """Returns a schedule that exists."""
    schedule_id = ScheduleId.of(queue, name)
    return (await backend.scheduler.get([schedule_id]))[schedule_id]


async def due_in(scheduler: Scheduler, queues: Sequence[str], limit: int = 10) -> Due:
    """Returns what is due in queues that have schedules."""
    due = await scheduler.due(queues, limit)
    assert due is not None  # noqa: S101 (whoever calls has put some)
    return due
