"""The durable place of schedules."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, Protocol

from jobsys.domain.schedule import Firing, Schedule, ScheduleId
from jobsys.domain.value import value
from jobsys.ports.submission import Submission

UNREADABLE_SCHEDULE: Final = (
    "schedule %s cannot be read, and is left out: remove it, or put it anew"
)
"""What an adapter logs of a schedule that something else has overwritten."""


@value
class Due:
    """Schedules whose time has come by the backend's clock (`now`), and the next one's time."""

    schedules: Sequence[Schedule]
    now: datetime
    next_at: datetime | None


def submission_of(schedule: Schedule, firing: Firing) -> Submission:
    """Returns the job that a schedule makes for a fire time."""
    job = schedule.header, schedule.payload, schedule.priority
    return Submission(firing.job_id, *job, firing.begins_at)


class Scheduler(Protocol):
    """Keeps schedules, and makes each of their jobs once, whoever asks and how often.

    Each call may be repeated: the repeat changes nothing.
    A schedule that cannot be read is left out, and stops no other.
    Every method raises `QueueUnavailable` when the backend does not answer.
    """

    @abstractmethod
    async def put(self, schedules: Sequence[Schedule]) -> None:
        """Stores schedules; one of the same id is replaced.

        A schedule that is replaced keeps what it has counted.
        A schedule whose rule is as it was goes on where it was.
        A schedule whose rule has changed begins anew, at the `next_at` that it is given.
        A schedule that is paused stays paused.
        A schedule that has made as many jobs as its rule allows stays without a next fire time,
        until it is replaced by one that allows more.
        """

    @abstractmethod
    async def get(self, ids: Sequence[ScheduleId]) -> Mapping[ScheduleId, Schedule]:
        """Returns the schedules that exist."""

    @abstractmethod
    async def find(self, queue: str | None = None) -> Sequence[Schedule]:
        """Returns the schedules of one queue, or of all, in the order of their ids."""

    @abstractmethod
    async def remove(self, schedule_id: ScheduleId) -> bool:
        """Forgets a schedule, and says whether there was one; the jobs that it made stay."""

    @abstractmethod
    async def set_next(self, schedule_id: ScheduleId, next_at: datetime | None) -> bool:
        """Sets when a schedule fires next, None for a pause; says whether there is such a one."""

    @abstractmethod
    async def due(self, queues: Sequence[str], limit: int) -> Due | None:
        """Returns up to `limit` schedules a queue whose time has come, the earliest first.

        None says that these queues have no schedules.
        """

    @abstractmethod
    async def fire(self, firings: Sequence[Firing]) -> Sequence[bool]:
        """Makes the jobs of fire times and advances their schedules; says which it has made.

        A schedule fires only while it is due at the firing's `due_at`: of many who try, one does.
        The job and the advance are one step: neither is there without the other.
        The job is the one that the schedule has now, and goes to the tail of its level's list.
        The job of a firing with a delay is scheduled, and due so long after its fire time.
        A fire time whose job exists already is advanced over, and makes none.
        A firing whose `fire_at` is None is advanced over, and makes none.
        While the job that `unless_open` names has not ended, the firing is advanced over, and makes
        none; a job that exists no more has ended.
        A schedule without a next fire time is removed with its last job.
        A schedule that has made as many jobs as its rule allows stays, without a next fire time.
        """
