"""What is done with APScheduler: its trigger classes, with a cron and a grid of our own behind them."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.date import DateTrigger

from jobsys.adapters.apscheduler.cron_trigger import CronTrigger
from jobsys.domain.errors import InvalidSchedule
from jobsys.domain.schedule_rule import ScheduleRule

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_JUST: Final = datetime.resolution


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
    trigger = _trigger_of(rule)
    if rule.start is not None:
        instant = max(instant, rule.start - _JUST)
    try:
        found = trigger.get_next_fire_time(None, instant + _JUST)
    except OverflowError:  # beyond the calendar
        return None
    if found is None or found <= instant or (rule.end is not None and found > rule.end):
        return None
    return found.astimezone(UTC)


@lru_cache(maxsize=1024)
def _trigger_of(rule: ScheduleRule) -> BaseTrigger:
    zone = _zone(rule.timezone)
    if rule.cron is not None:
        return CronTrigger(rule.cron, zone, rule.gap, rule.fold)
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
