"""When a rule fires, by APScheduler and a cron of our own."""

from datetime import datetime

from jobsys.domain.schedule_rule import ScheduleRule
from jobsys.ports.triggers import Triggers


class ApschedulerTriggers(Triggers):
    """Asks the calendar, which is loaded at the first rule: most workers have no schedule."""

    def next_after(self, rule: ScheduleRule, instant: datetime) -> datetime | None:
        from jobsys.adapters.apscheduler.calendar import next_after  # noqa: PLC0415 (as said above)

        return next_after(rule, instant)
