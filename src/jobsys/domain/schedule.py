"""When jobs are made again and again, and what is kept about it."""

from dataclasses import replace
from datetime import datetime, timedelta

from jobsys.domain.envelope import Header
from jobsys.domain.job_id import JobId
from jobsys.domain.payload import JobPayload
from jobsys.domain.priority import JobPriority
from jobsys.domain.schedule_policy import USUAL, Overlap, SchedulePolicy
from jobsys.domain.schedule_rule import ScheduleRule
from jobsys.domain.value import value

ScheduleId = JobId
"""`queue:name`: a schedule lives in the queue that its jobs go to."""


@value
class Schedule:
    """A job that is made at each fire time; `next_at` is None while it is paused, or over.

    `last_at` is the fire time of the last job that it made, `fired` counts them.
    """

    id: ScheduleId
    rule: ScheduleRule
    header: Header
    payload: JobPayload
    priority: JobPriority
    next_at: datetime | None
    last_at: datetime | None = None
    fired: int = 0
    policy: SchedulePolicy = USUAL

    @property
    def is_over(self) -> bool:
        """True once it has made as many jobs as its rule allows."""
        return self.rule.max_runs is not None and self.fired >= self.rule.max_runs

    @property
    def is_paused(self) -> bool:
        """True while it makes no jobs, until it is resumed."""
        return self.next_at is None and not self.is_over

    def replaces(self, known: "Schedule") -> "Schedule":
        """Returns what stands once this schedule is stored over one of the same name.

        The same rule goes on where it was, another one begins anew; a paused one stays paused.
        """
        goes_on = known.is_paused or self.rule == known.rule
        stored = replace(self, last_at=known.last_at, fired=known.fired)
        if stored.is_over:
            return replace(stored, next_at=None)
        return replace(stored, next_at=known.next_at) if goes_on else stored

    def firing(
        self, due_at: datetime, fire_at: datetime | None, next_at: datetime | None
    ) -> "Firing":
        """Returns how the schedule goes on from the time that it waits for; see `Firing`."""
        last = None if self.last_at is None else job_id_of(self.id, self.last_at)
        return Firing(
            self.id,
            due_at,
            next_at,
            fire_at=fire_at,
            delay=self.rule.shift(self.id, fire_at) if fire_at else timedelta(0),
            unless_open=last if self.policy.overlap is Overlap.SKIP else None,
        )

    def advanced(self, firing: "Firing", *, made: bool) -> "Schedule | None":
        """Returns what stands after a firing, whether or not it made a job; None for nothing.

        One that has no fire time left is gone; one that has made its last job stays, and is over.
        """
        if firing.next_at is None:
            return None
        last_at = firing.fire_at if made else self.last_at
        after = replace(self, next_at=firing.next_at, last_at=last_at, fired=self.fired + made)
        return replace(after, next_at=None) if after.is_over else after


@value
class Firing:
    """How a schedule that waits for `due_at` goes on to `next_at`, None after the last time.

    It makes the job of `fire_at`, which is `due_at` or later: fire times between were missed, and
    are not made up for. None makes no job. The job is due `delay` after its fire time. It is not
    made while the job `unless_open`, if there is one, has not ended.
    """

    id: ScheduleId
    due_at: datetime
    next_at: datetime | None
    fire_at: datetime | None
    delay: timedelta = timedelta(0)
    unless_open: JobId | None = None

    @property
    def job_id(self) -> JobId:
        """The id of the job: the same whoever makes it, so that it is made once."""
        return job_id_of(self.id, self.fire_at or self.due_at)

    @property
    def begins_at(self) -> datetime:
        """When the job is due."""
        return (self.fire_at or self.due_at) + self.delay


def job_id_of(schedule_id: ScheduleId, fire_time: datetime) -> JobId:
    """Returns the id of the job that a schedule makes for a fire time.

    >>> from datetime import UTC
    >>> job_id_of(JobId.of("reports", "nightly"), datetime(2030, 1, 1, 2, tzinfo=UTC))
    'reports:nightly-20300101T020000Z'
    """
    moment = f"{fire_time:%Y%m%dT%H%M%S}"
    thousandths = fire_time.microsecond // 1000
    part = f".{thousandths:03}" if thousandths else ""
    return JobId.of(schedule_id.queue, f"{schedule_id.key}-{moment}{part}Z")
