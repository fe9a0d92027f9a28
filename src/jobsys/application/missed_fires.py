"""Which of the fire times that have come makes a job."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from jobsys.domain.schedule import Firing, Schedule
from jobsys.domain.schedule_policy import Misfire, SchedulePolicy
from jobsys.domain.schedule_rule import ScheduleRule
from jobsys.ports.triggers import Triggers

JUST_BEFORE: Final = timedelta(milliseconds=1)
"""Fire times are whole milliseconds."""
LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class MissedFires:
    """Goes by a schedule's policy; fire times since `on_time_from` were not missed."""

    triggers: Triggers
    now: datetime
    on_time_from: datetime

    def firing_of(self, schedule: Schedule) -> Firing:
        """Returns how a schedule goes on whose time has come.

        Raises:
            InvalidSchedule: its rule cannot be read here.
        """
        due_at = schedule.next_at or self.now
        is_missed = due_at < self.on_time_from
        fire_at = self._made_up_for(schedule, due_at) if is_missed else due_at
        next_at = self.triggers.next_after(schedule.rule, fire_at or self.now)
        return schedule.firing(due_at, fire_at, next_at)

    def _made_up_for(self, schedule: Schedule, due_at: datetime) -> datetime | None:
        """Returns the fire time to go on with; None where there is none up to now."""
        rule, policy = schedule.rule, schedule.policy
        first = self._first_from(rule, max(due_at, self._oldest(policy)))
        if first is None or policy.misfire is Misfire.SKIP:
            return first
        number = 1 if policy.misfire is Misfire.LATEST else policy.misfire_limit
        return self._of_the_last(number, rule, first)

    def _oldest(self, policy: SchedulePolicy) -> datetime:
        """Returns how old a fire time may be to be made up for."""
        if policy.misfire is Misfire.SKIP:
            return self.on_time_from
        if policy.deadline is None:
            return LONG_AGO
        return min(self.on_time_from, self.now - policy.deadline)

    def _first_from(self, rule: ScheduleRule, instant: datetime) -> datetime | None:
        found = self.triggers.next_after(rule, instant - JUST_BEFORE)
        return found if found is not None and found <= self.now else None

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
