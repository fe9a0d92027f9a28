"""What is done with APScheduler: its trigger classes, with the cron of Vixie behind its own."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.date import DateTrigger
from cronsim import CronSim, CronSimError

from jobsys.domain.errors import InvalidSchedule
from jobsys.domain.schedule import ScheduleRule

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_JUST_AFTER: Final = datetime.resolution


class VixieCronTrigger(BaseTrigger):
    """Fires as cron does: Sunday is 0 and 7, and a day matches by either of its two fields.

    APScheduler's own `CronTrigger.from_crontab` counts the week from Monday, and wants both.
    """

    def __init__(self, expression: str, zone: ZoneInfo) -> None:
        if len(expression.split()) != 5:
            raise InvalidSchedule(
                f"cron {expression[:80]!r} has not five fields: minute, hour, day of month, month,"
                " day of week, such as '0 2 * * *'"
            )
        self._expression = expression
        self._zone = zone
        self._from(_EPOCH)

    def get_next_fire_time(
        self, previous_fire_time: datetime | None, now: datetime
    ) -> datetime | None:
        """Returns the first fire time later than both instants."""
        return next(self._from(max(previous_fire_time or now, now)), None)

    def _from(self, instant: datetime) -> CronSim:
        try:
            return CronSim(self._expression, instant.astimezone(self._zone))
        except CronSimError as error:
            raise InvalidSchedule(
                f"cron {self._expression[:80]!r}: {error}; a valid one is '0 2 * * *'"
            ) from error


class GridTrigger(BaseTrigger):
    """Fires at each multiple of a span since 1970, exactly.

    APScheduler's own `IntervalTrigger` counts in floating point, a microsecond wrong by now.
    """

    def __init__(self, span: timedelta) -> None:
        self._span = span

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        """Returns the first fire time that is not earlier than either instant."""
        past = max(previous_fire_time or now, now) - _EPOCH
        return _EPOCH + self._span * -(-past // self._span)


def next_after(rule: ScheduleRule, instant: datetime) -> datetime | None:
    """Does what the port promises; each rule is read once."""
    found = _trigger_of(rule).get_next_fire_time(None, instant + _JUST_AFTER)
    return found.astimezone(UTC) if found is not None and found > instant else None


@lru_cache(maxsize=1024)
def _trigger_of(rule: ScheduleRule) -> BaseTrigger:
    zone = _zone(rule.timezone)
    if rule.cron is not None:
        return VixieCronTrigger(rule.cron, zone)
    if rule.every is not None:
        return GridTrigger(rule.every)
    return DateTrigger(rule.at, timezone=UTC)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InvalidSchedule(
            f"time zone {name[:80]!r} is not known: use an IANA name such as 'Europe/Berlin'"
        ) from None
