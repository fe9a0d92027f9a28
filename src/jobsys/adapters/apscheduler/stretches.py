"""The stretches of time in which a zone's clock neither jumps forward nor back."""

from collections.abc import Iterator, Sequence
from datetime import MAXYEAR, UTC, datetime, timedelta
from functools import lru_cache
from itertools import chain
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

DAY: Final = timedelta(days=1)
SECOND: Final = timedelta(seconds=1)


class Change(NamedTuple):
    """An instant at which the clock may jump: the offsets from UTC before it and from it on."""

    at: datetime
    before: timedelta
    after: timedelta


class Stretch(NamedTuple):
    """From a change to the next one; instants are in UTC, without saying so."""

    begin: Change
    end: Change

    @property
    def offset(self) -> timedelta:
        """How far the clock is ahead of UTC."""
        return self.begin.after


def stretches_from(zone: ZoneInfo, instant: datetime) -> Iterator[Stretch]:
    """Yields the stretch in which an instant is, and those that follow; a year's end ends one."""
    years = range(max(instant.year - 1, 1), MAXYEAR)
    begin: Change | None = None
    for end in chain.from_iterable(changes_in(zone, year) for year in years):
        if begin is not None and end.at > instant:
            yield Stretch(begin, end)
        begin = end


@lru_cache(maxsize=4096)
def changes_in(zone: ZoneInfo, year: int) -> Sequence[Change]:
    """Returns the changes of one year, and its end as one at which nothing may jump.

    The clock is looked at once a day: two changes of one day are taken for one.
    """
    found: list[Change] = []
    day, end = datetime(year, 1, 1), datetime(year + 1, 1, 1)  # noqa: DTZ001 (in UTC)
    before = _offset(zone, day)
    while day < end:
        day += DAY
        after = _offset(zone, day)
        if after != before:
            found.append(_change_between(zone, day - DAY, day))
        before = after
    if not found or found[-1].at != end:
        found.append(Change(end, before, before))
    return found


def _change_between(zone: ZoneInfo, low: datetime, high: datetime) -> Change:
    before, after = _offset(zone, low), _offset(zone, high)
    while high - low > SECOND:
        middle = low + (high - low) // 2 // SECOND * SECOND
        if _offset(zone, middle) == before:
            low = middle
        else:
            high = middle
    return Change(high, before, after)


def _offset(zone: ZoneInfo, instant: datetime) -> timedelta:
    return instant.replace(tzinfo=UTC).astimezone(zone).utcoffset() or timedelta(0)
