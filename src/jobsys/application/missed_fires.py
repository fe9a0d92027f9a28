"""Which of the fire times that have come makes a job."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from jobsys.domain.schedule import Firing, Schedule
from jobsys.domain.schedule_policy import Misfire
from jobsys.domain.schedule_rule import ScheduleRule
from jobsys.ports.triggers import Triggers

LATE: Final = timedelta(seconds=8)
"""A fire time that is older was missed: of the processes that are there, none looks so late."""
JUST_BEFORE: Final = timedelta(milliseconds=1)
"""Fire times are whole milliseconds."""


@dataclass(frozen=True, slots=True)
class MissedFires:
    """Goes by what is stored and by the backend's clock alone, so that whoever looks decides alike."""

    triggers: Triggers
    now: datetime

    def firing_of(self, schedule: Schedule) -> Firing:
        """Returns how a schedule goes on whose time has come.

        Raises:
            InvalidSchedule: its rule cannot be read here.
        """
        due_at = schedule.next_at or self.now
        is_missed = due_at < self.now - LATE
        fire_at = self._made_up_for(schedule, due_at) if is_missed else due_at
        next_at = self.triggers.next_after(schedule.rule, fire_at or self.now)
        return schedule.firing(due_at, fire_at, next_at)

    def _made_up_for(self, schedule: Schedule, due_at: datetime) -> datetime | None:
        """Returns the fire time to go on with; None where there is none up to now."""
        rule, policy = schedule.rule, schedule.policy
        if policy.misfire is Misfire.SKIP:
            return None
        first: datetime | None = due_at
        if policy.deadline is not None and due_at < self.now - policy.deadline:
            first = self.triggers.next_after(rule, self.now - policy.deadline - JUST_BEFORE)
        if first is None or first > self.now:
            return None
        number = 1 if policy.misfire is Misfire.LATEST else policy.misfire_limit
        return self._of_the_last(number, rule, first)

    def _of_the_last(self, number: int, rule: ScheduleRule, first: datetime) -> datetime:
        """Returns the first one of the last so many fire times up to now."""
        at: datetime | None = first
        for _ in range(number):
            at = self.triggers.next_after(rule, at) if at else None
        if at is None or at > self.now:
            return first
        found = self.now + JUST_BEFORE
        for _ in range(number):
            found = self._last_before(rule, first, found)
        return found

    def _last_before(self, rule: ScheduleRule, first: datetime, end: datetime) -> datetime:
        """Returns the last fire time before an instant, halving the time in which it may lie."""
        low, high = first, end
        while (following := self.triggers.next_after(rule, low)) and following < end:
            middle = following + (high - following) / 2
            found = self.triggers.next_after(rule, middle)
            if found is not None and found < end:
                low = found
            else:
                low, high = following, middle
        return low
