"""Cron expressions on the clock of a time zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from apscheduler.triggers.base import BaseTrigger

from jobsys.adapters.apscheduler.cron import Cron
from jobsys.adapters.apscheduler.stretches import Stretch, stretches_from
from jobsys.domain.schedule_rule import Fold, Gap


class CronTrigger(BaseTrigger):
    """Fires as cron does, by rules for the changes of the clock that are said.

    APScheduler's own `CronTrigger.from_crontab` counts the week from Monday, wants a day to match
    by both fields, and knows one rule for the changes.
    """

    def __init__(self, expression: str, zone: ZoneInfo, gap: Gap, fold: Fold) -> None:
        self._cron = Cron(expression)
        self._zone = zone
        by_wall_clock = self._cron.names_its_hours  # else by elapsed time
        self._fires_after_gaps = by_wall_clock and gap is Gap.AFTER
        self._fold = fold if by_wall_clock else Fold.BOTH

    def get_next_fire_time(
        self, previous_fire_time: datetime | None, now: datetime
    ) -> datetime | None:
        """Returns the first fire time that is not earlier than either instant."""
        least = max(previous_fire_time or now, now).astimezone(UTC).replace(tzinfo=None)
        if least.microsecond:
            least = least.replace(microsecond=0) + timedelta(seconds=1)
        for stretch in stretches_from(self._zone, least):
            if least <= stretch.begin.at and self._was_left_out(stretch):
                return stretch.begin.at.replace(tzinfo=UTC)
            first, end = self._shown(stretch)
            found = self._cron.first_from(max(first, least + stretch.offset))
            if found is None:
                break
            if found < end:
                return (found - stretch.offset).replace(tzinfo=UTC)
        return None

    def _was_left_out(self, stretch: Stretch) -> bool:
        """Says whether a time that counts lies in the gap before a stretch."""
        at, before, after = stretch.begin
        if before >= after or not self._fires_after_gaps:
            return False
        found = self._cron.first_from(at + before)
        return found is not None and found < at + after

    def _shown(self, stretch: Stretch) -> tuple[datetime, datetime]:
        """Returns from when to when the clock shows times of a stretch that count."""
        (begin, before, _), (end, offset, after) = stretch
        first = max(before, offset) if self._fold is Fold.FIRST else offset
        last = min(offset, after) if self._fold is Fold.SECOND else offset
        return begin + first, end + last
