"""When a schedule fires."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Annotated, Final

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field, model_validator

from jobsys.domain.duration import Duration, show_duration
from jobsys.domain.instants import from_ms, to_ms
from jobsys.domain.retention import FOR_EVER

SHORTEST: Final = timedelta(seconds=1)
MILLISECOND: Final = timedelta(milliseconds=1)

Instant = Annotated[AwareDatetime, AfterValidator(lambda at: from_ms(to_ms(at)))]


class Gap(StrEnum):
    """What becomes of a wall-clock time that a clock change leaves out."""

    AFTER = "after"
    """It fires at the first instant after the change."""
    SKIP = "skip"


class Fold(StrEnum):
    """Which of the two passes counts of a wall-clock time that comes twice."""

    FIRST = "first"
    SECOND = "second"
    BOTH = "both"


class ScheduleRule(BaseModel, frozen=True, extra="forbid"):
    """When a schedule fires: by a cron expression, at every so many seconds, or once.

    A cron expression is read in `timezone`; where it names its hours and minutes, `gap` and `fold`
    say what a change of the clocks does to it, and where one of the two begins with `*` it follows
    elapsed time, as an interval does. Intervals are counted from 1970 in UTC, so that every
    host, and every restart, finds the same instants: "5m" fires at each fifth minute of the hour.

    Nothing fires before `start` or after `end`, nor once `max_runs` jobs were made. Each job is due
    up to `jitter` after its fire time, by as much wherever it is computed.
    """

    cron: Annotated[str, Field(max_length=200)] | None = None
    every: Annotated[Duration, Field(le=FOR_EVER)] | None = None
    at: Instant | None = None
    timezone: Annotated[str, Field(max_length=64)] = "UTC"
    # Left out where they say nothing new: a rule is stored as releases without them stored it.
    gap: Annotated[Gap, Field(exclude_if=lambda gap: gap is Gap.AFTER)] = Gap.AFTER
    fold: Annotated[Fold, Field(exclude_if=lambda fold: fold is Fold.FIRST)] = Fold.FIRST
    start: Instant | None = None
    end: Instant | None = None
    max_runs: Annotated[int, Field(ge=1)] | None = None
    jitter: Annotated[Duration, Field(ge=MILLISECOND, le=timedelta(days=1))] | None = None

    def __str__(self) -> str:
        """Returns the rule as people say it.

        >>> str(ScheduleRule(cron="0 2 * * *", timezone="Europe/Berlin", max_runs=3))
        '0 2 * * * Europe/Berlin, at most 3 times'
        """
        return ", ".join([self._times(), *self._bounds()])

    def shift(self, schedule_id: str, fire_time: datetime) -> timedelta:
        """Returns how long after its fire time a job is due: the same for all who ask.

        >>> from datetime import UTC
        >>> rule = ScheduleRule(every="1h", jitter="10s")
        >>> rule.shift("default:pulse", datetime(2030, 1, 1, tzinfo=UTC)) < timedelta(seconds=10)
        True
        """
        if self.jitter is None:
            return timedelta(0)
        drawn = sha256(f"{schedule_id} {to_ms(fire_time)}".encode()).digest()
        return MILLISECOND * (int.from_bytes(drawn[:8]) % (self.jitter // MILLISECOND))

    def _times(self) -> str:
        if self.every is not None:
            return f"every {show_duration(self.every)}"
        if self.at is not None:
            return f"once at {self.at.isoformat()}"
        return f"{self.cron} {self.timezone}"

    def _bounds(self) -> Iterator[str]:
        if self.gap is not Gap.AFTER:
            yield f"gap {self.gap}"
        if self.fold is not Fold.FIRST:
            yield f"fold {self.fold}"
        if self.start is not None:
            yield f"from {self.start.isoformat()}"
        if self.end is not None:
            yield f"until {self.end.isoformat()}"
        if self.max_runs is not None:
            yield f"at most {self.max_runs} times"
        if self.jitter is not None:
            yield f"jitter {show_duration(self.jitter)}"

    @model_validator(mode="after")
    def _check(self) -> "ScheduleRule":
        given = [name for name in ("cron", "every", "at") if getattr(self, name) is not None]
        if len(given) != 1:
            told = f"not {' and '.join(given)}" if given else "none is given"
            raise ValueError(f"give one of cron, every and at: {told}")
        if self.every is not None and (self.every < SHORTEST or self.every % MILLISECOND):
            raise ValueError("every: an interval has at least a second, and whole milliseconds")
        if self.cron is None and (self.gap, self.fold) != (Gap.AFTER, Fold.FIRST):
            raise ValueError("gap and fold are for cron: only it reads a clock on the wall")
        if self.start is not None and self.end is not None and self.start > self.end:
            raise ValueError("end: it comes before start")
        return self
