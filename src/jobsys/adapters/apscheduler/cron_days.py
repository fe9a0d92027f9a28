"""Which days of a month a cron expression means."""

from calendar import monthrange
from collections.abc import Callable, Collection
from typing import NamedTuple

from jobsys.adapters.apscheduler.cron_fields import DAY, WEEKDAY

SATURDAY, SUNDAY = 6, 0


class Month(NamedTuple):
    """How long a month is, and on which day of the week it begins; Sunday is 0."""

    length: int
    first: int

    @classmethod
    def of(cls, year: int, month: int) -> "Month":
        """Returns a month of the calendar."""
        first, length = monthrange(year, month)
        return cls(length, (first + 1) % 7)

    def weekday(self, day: int) -> int:
        """Returns on which day of the week a day is."""
        return (self.first + day - 1) % 7

    def last(self, weekday: int) -> int:
        """Returns the last day that is on this day of the week."""
        return self.length - (self.weekday(self.length) - weekday) % 7

    def nearest_workday(self, day: int) -> int:
        """Returns the day from Monday to Friday that is nearest, in the same month."""
        if self.weekday(day) == SATURDAY:
            return day - 1 if day > 1 else day + 2
        if self.weekday(day) == SUNDAY:
            return day + 1 if day < self.length else day - 2
        return day


DaysOf = Callable[[Month], Collection[int]]


def by_day(term: str) -> DaysOf:
    """Returns which days a term of the day of the month means.

    `L` is the last day, `L-3` the third before it, `15W` the workday nearest to the 15th, and `LW`
    the last workday.
    """
    if term == "LW":
        return lambda month: [month.nearest_workday(month.length)]
    if term.startswith("L"):
        before = DAY.number(term, term[2:]) if term[1:2] == "-" else 0
        if term not in {"L", f"L-{term[2:]}"}:
            raise DAY.wrong(term, "write L, L-3 for the third day before it, or LW")
        return lambda month: [month.length - before] if before < month.length else []
    if term.endswith("W"):
        day = DAY.number(term, term[:-1])
        return lambda month: [month.nearest_workday(day)] if day <= month.length else []
    days = DAY.numbers(term)
    return lambda month: [day for day in days if day <= month.length]


def by_weekday(term: str) -> DaysOf:
    """Returns which days a term of the day of the week means.

    Sunday is 0 and 7; `5L` is the last Friday of the month, `1#2` the second Monday.
    """
    name, sharp, which = term.partition("#")
    if sharp:
        weekday, nth = WEEKDAY.number(term, name) % 7, which
        if nth not in {"1", "2", "3", "4", "5"}:
            raise WEEKDAY.wrong(term, "after # comes 1 to 5, the how-manieth of the month")
        return lambda month: _nth(month, weekday, int(nth))
    if term.endswith("L"):
        if term == "L":
            raise WEEKDAY.wrong(term, "of which day? 5L is the last Friday")
        last = WEEKDAY.number(term, term[:-1]) % 7
        return lambda month: [month.last(last)]
    weekdays = {number % 7 for number in WEEKDAY.numbers(term)}
    return lambda month: [d for d in range(1, month.length + 1) if month.weekday(d) in weekdays]


def _nth(month: Month, weekday: int, nth: int) -> Collection[int]:
    day = 1 + (weekday - month.first) % 7 + 7 * (nth - 1)
    return [day] if day <= month.length else []
