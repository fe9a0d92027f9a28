"""When patterns fire, found by walking through every minute: it shares nothing with what it judges."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
MARGIN = 2 * 24 * 60
"""A zone's clock is less than two days away from UTC."""


class Pattern(NamedTuple):
    """A cron expression, what it means, and whether it goes by the clock on the wall."""

    cron: str
    matches: Callable[[datetime], bool]
    by_wall: bool


def walk(zone: str, begin: datetime, minutes: int) -> Iterator[tuple[int, int]]:
    """Looks at a zone's clock in every minute, and yields since when it is how far from UTC."""
    clock, known = ZoneInfo(zone), None
    here = begin.replace(tzinfo=clock)
    for minute in range(minutes):
        offset = clock.fromutc(here) - here
        if offset != known:
            yield minute, offset // MINUTE
            known = offset
        here += MINUTE


def matches_of(patterns: Sequence[Pattern], begin: datetime, minutes: int) -> bytes:
    """Returns for each minute that a clock may show the patterns that match it, one bit each."""
    clock = (begin + (minute - MARGIN) * MINUTE for minute in range(minutes + 2 * MARGIN))
    return bytes(sum(p.matches(at) << n for n, p in enumerate(patterns)) for at in clock)


def fire_minutes(
    walked: Sequence[tuple[int, int]], by_wall: bool, bit: int, matches: bytes, choice: str
) -> Sequence[int]:
    """Returns in which minutes since `begin` a pattern fires; the choice is "gap fold"."""
    gap, fold = choice.split() if by_wall else ("skip", "both")
    only = matches.translate(bytes(1 if mask & bit else 0 for mask in range(256)))
    ends = [begin for begin, _ in walked[1:]] + [len(matches) - 2 * MARGIN]
    shown, after_gap, before = defaultdict[int, list[int]](list), set[int](), None
    for (begin, shift), end in zip(walked, ends, strict=True):
        first = begin + shift + MARGIN
        if gap == "after" and 1 in only[before or first : first]:
            after_gap.add(begin)
        before = end + shift + MARGIN
        local = only.find(1, first, before)
        while local >= 0:
            shown[local].append(local - MARGIN - shift)
            local = only.find(1, local + 1, before)
    chosen = {"first": slice(1), "second": slice(-1, None), "both": slice(None)}[fold]
    return sorted(after_gap.union(*(times[chosen] for times in shown.values())))
