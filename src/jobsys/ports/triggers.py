"""The calendar: when a rule fires."""

from abc import abstractmethod
from datetime import datetime
from typing import Protocol

from jobsys.domain.schedule_rule import ScheduleRule


class Triggers(Protocol):
    """Knows cron, intervals and time zones; pure computation."""

    @abstractmethod
    def next_after(self, rule: ScheduleRule, instant: datetime) -> datetime | None:
        """Returns the first fire time later than `instant`, in UTC; None when there is none.

        Raises:
            InvalidSchedule: the rule cannot be read; the message says what mends it.
        """
