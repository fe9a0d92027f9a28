"""When jobs are made again and again, and what is kept about it."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated, Final

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field, model_validator

from jobsys.domain.duration import Duration, show_duration
from jobsys.domain.envelope import Header
from jobsys.domain.instants import from_ms, to_ms
from jobsys.domain.job_id import JobId
from jobsys.domain.payload import JobPayload
from jobsys.domain.priority import JobPriority
from jobsys.domain.retention import FOR_EVER
from jobsys.domain.value import value

SHORTEST: Final = timedelta(seconds=1)
MILLISECOND: Final = timedelta(milliseconds=1)

ScheduleId = JobId
"""`queue:name`: a schedule lives in the queue that its jobs go to."""


class ScheduleRule(BaseModel, frozen=True, extra="forbid"):
    """When a schedule fires: by a cron expression, at every so many seconds, or once.

    A cron expression is read in `timezone`. Intervals are counted from 1970 in UTC, so that every
    host, and every restart, finds the same instants: "5m" fires at each fifth minute of the hour.
    """

    cron: Annotated[str, Field(max_length=200)] | None = None
    every: Annotated[Duration, Field(le=FOR_EVER)] | None = None
    at: Annotated[AwareDatetime, AfterValidator(lambda at: from_ms(to_ms(at)))] | None = None
    timezone: Annotated[str, Field(max_length=64)] = "UTC"

    def __str__(self) -> str:
        """Returns the rule as people say it.

        >>> str(ScheduleRule(cron="0 2 * * *", timezone="Europe/Berlin"))
        '0 2 * * * Europe/Berlin'
        """
        if self.every is not None:
            return f"every {show_duration(self.every)}"
        if self.at is not None:
            return f"once at {self.at.isoformat()}"
        return f"{self.cron} {self.timezone}"

    @model_validator(mode="after")
    def _check(self) -> "ScheduleRule":
        given = [name for name in ("cron", "every", "at") if getattr(self, name) is not None]
        if len(given) != 1:
            told = f"not {' and '.join(given)}" if given else "none is given"
            raise ValueError(f"give one of cron, every and at: {told}")
        if self.every is not None and (self.every < SHORTEST or self.every % MILLISECOND):
            raise ValueError("every: an interval has at least a second, and whole milliseconds")
        return self


@value
class Schedule:
    """A job that is made at each fire time; `next_at` is None while it is paused.

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

    @property
    def is_paused(self) -> bool:
        """True while it makes no jobs, until it is resumed."""
        return self.next_at is None

    def replaces(self, known: "Schedule") -> "Schedule":
        """Returns what stands once this schedule is stored over one of the same name.

        The same rule goes on where it was, another one begins anew; a paused one stays paused.
        """
        goes_on = known.is_paused or self.rule == known.rule
        next_at = known.next_at if goes_on else self.next_at
        return replace(self, next_at=next_at, last_at=known.last_at, fired=known.fired)

    def advanced(self, firing: "Firing", *, made: bool) -> "Schedule":
        """Returns what stands after a fire time, whether or not it made a job."""
        last_at = firing.due_at if made else self.last_at
        return replace(self, next_at=firing.next_at, last_at=last_at, fired=self.fired + made)


@value
class Firing:
    """A schedule's job for one fire time; `next_at` is None after the last one."""

    id: ScheduleId
    due_at: datetime
    next_at: datetime | None

    @property
    def job_id(self) -> JobId:
        """The id of the job: the same whoever makes it, so that it is made once.

        >>> from datetime import UTC
        >>> Firing(JobId.of("reports", "nightly"), datetime(2030, 1, 1, 2, tzinfo=UTC), None).job_id
        'reports:nightly-20300101T020000Z'
        """
        moment = f"{self.due_at:%Y%m%dT%H%M%S}"
        thousandths = self.due_at.microsecond // 1000
        part = f".{thousandths:03}" if thousandths else ""
        return JobId.of(self.id.queue, f"{self.id.key}-{moment}{part}Z")
