"""Cron expressions on a calendar without time zones."""

from collections.abc import Sequence
from datetime import MAXYEAR, date, datetime, time
from functools import lru_cache
from typing import Final

from jobsys.adapters.apscheduler.cron_days import Month, by_day, by_weekday
from jobsys.adapters.apscheduler.cron_fields import (
    DAY,
    HOUR,
    MINUTE,
    MONTH,
    SECOND,
    WEEKDAY,
    Field,
    fields_of,
)
from jobsys.domain.errors import InvalidSchedule

SEARCHED: Final = 12 * 50
"""For so many months a day is looked for: a weekday on 29 February takes up to 40 years."""


class Cron:
    """A cron expression as Vixie's cron reads it: Sunday is 0 and 7, and a day matches by either.

    Where one of the two day fields begins with `*`, a day must match by both.
    """

    def __init__(self, expression: str) -> None:
        try:
            self._read(expression)
        except InvalidSchedule as error:
            told = f"cron {expression[:80]!r}: {error}; a valid one is '0 2 * * *'"
            raise InvalidSchedule(told) from None

    def first_from(self, local: datetime) -> datetime | None:
        """Returns the first time that matches and is not earlier than a whole second."""
        if local.month in self._months and local.day in self.days(local.year, local.month):
            found = _first_from(self._times, (local.hour, local.minute, local.second))
            if found:
                return datetime.combine(local, _time(found))
        day = self._day_after(local)
        return None if day is None else datetime.combine(day, self._first_time)

    def _read(self, expression: str) -> None:
        second, minute, hour, day, month, weekday = fields_of(expression)
        self._times = [_numbers(*one) for one in ((HOUR, hour), (MINUTE, minute), (SECOND, second))]
        self._first_time = _time([numbers[0] for numbers in self._times])
        self._months = frozenset(_numbers(MONTH, month))
        self._by_day = [by_day(term) for term in DAY.terms(day)]
        self._by_weekday = [by_weekday(term) for term in WEEKDAY.terms(weekday)]
        self._by_both = day.startswith("*") or weekday.startswith("*")
        self.names_its_hours = not (minute.startswith("*") or hour.startswith("*"))
        self.days = lru_cache(maxsize=64)(self._days)
        if self._day_after(date(1999, 12, 31)) is None:
            raise InvalidSchedule(
                f"it never fires: day of month {day!r} does not come in month {month!r}"
                f" with day of week {weekday!r}"
            )

    def _days(self, year: int, month: int) -> Sequence[int]:
        of = Month.of(year, month)
        by_day = {day for days_of in self._by_day for day in days_of(of)}
        by_weekday = {day for days_of in self._by_weekday for day in days_of(of)}
        return sorted(by_day & by_weekday if self._by_both else by_day | by_weekday)

    def _day_after(self, known: date) -> date | None:
        first = 12 * known.year + known.month - 1
        for number in range(first, min(first + SEARCHED, 12 * (MAXYEAR + 1))):
            year, month = number // 12, number % 12 + 1
            for day in self.days(year, month) if month in self._months else ():
                if number > first or day > known.day:
                    return date(year, month, day)
        return None


def _time(numbers: Sequence[int]) -> time:
    hour, minute, second = numbers
    return time(hour, minute, second)


def _numbers(field: Field, text: str) -> Sequence[int]:
    return sorted({number for term in field.terms(text) for number in field.numbers(term)})


def _first_from(fields: Sequence[Sequence[int]], least: Sequence[int]) -> tuple[int, ...] | None:
    """Returns the smallest choice of one number a field that is not below another one."""
    if not fields:
        return ()
    for number in fields[0]:
        if number > least[0]:
            return (number, *(others[0] for others in fields[1:]))
        if number == least[0] and (rest := _first_from(fields[1:], least[1:])) is not None:
            return (number, *rest)
    return None
