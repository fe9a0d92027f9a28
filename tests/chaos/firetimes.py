"""Compares fire times with those of an oracle, in every time zone: `./dev chaos firetimes`."""

import os
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files as resources
from itertools import repeat
from pathlib import Path
from typing import Final
from zoneinfo import TZPATH, available_timezones

from jobsys.adapters.apscheduler.triggers import ApschedulerTriggers
from jobsys.domain.schedule_rule import ScheduleRule
from tests.support.fire_oracle import MINUTE, Pattern, fire_minutes, matches_of, walk

Walked = tuple[tuple[int, int], ...]

BEGIN: Final = datetime(2018, 1, 1)  # noqa: DTZ001 (in UTC)
PATTERNS: Final = (
    Pattern("30 2 * * *", lambda at: at.hour == 2 and at.minute == 30, True),
    Pattern("0 0 * * *", lambda at: at.hour == at.minute == 0, True),
    Pattern("0 * * * *", lambda at: at.minute == 0, False),
    Pattern("*/30 2 * * *", lambda at: at.hour == 2 and at.minute % 30 == 0, False),
    Pattern(
        "15,45 0-3 15,L * *",
        lambda at: (
            at.hour <= 3
            and at.minute in {15, 45}
            and (at.day == 15 or (at + timedelta(days=1)).day == 1)
        ),
        True,
    ),
    Pattern(
        "30 1 * * 7#2",
        lambda at: (at.isoweekday(), at.hour, at.minute) == (7, 1, 30) and 8 <= at.day <= 14,
        True,
    ),
)


@dataclass(frozen=True)
class Figures:
    """What a comparison showed: in so many zones, so many fire times, so many unlike."""

    zones: int
    files: int
    clocks: int
    years: int
    patterns: int
    compared: int
    differences: int
    slowest_ms: float
    seconds: float

    @property
    def promised(self) -> bool:
        """True when no fire time differs, and none took long to find."""
        return not self.differences and self.slowest_ms <= 100


@dataclass(frozen=True)
class Compared:
    """What one zone showed."""

    zone: str
    fires: int
    differences: int
    slowest: float


def compare(years: int) -> Figures:
    """Compares in every zone; of those whose clocks never differed in the walk, in one."""
    begun = time.perf_counter()
    files, clocks = zones_by_file(), defaultdict[Walked, list[str]](list)
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        heads = [zones[0] for zones in files]
        for number, (zone, walked) in enumerate(
            zip(heads, pool.map(walk_of, heads, repeat(years)), strict=True)
        ):
            clocks[walked].append(zone)
            _tell(number, len(heads), zone, "walked")
        found: list[Compared] = []
        for one in pool.map(
            compare_zone, [zones[0] for zones in clocks.values()], clocks, repeat(years)
        ):
            found.append(one)
            _tell(len(found), len(clocks), one.zone, f"{one.differences} of {one.fires} differ")
    return Figures(
        zones=sum(map(len, files)),
        files=len(files),
        clocks=len(clocks),
        years=years,
        patterns=len(PATTERNS),
        compared=sum(one.fires for one in found),
        differences=sum(one.differences for one in found),
        slowest_ms=round(1000 * max(one.slowest for one in found), 1),
        seconds=round(time.perf_counter() - begun, 1),
    )


def walk_of(zone: str, years: int) -> Walked:
    """Returns how a zone's clock went in the years that are compared."""
    return tuple(walk(zone, BEGIN, minutes_of(years)))


def compare_zone(zone: str, walked: Walked, years: int) -> Compared:
    """Compares all fire times of all patterns in one zone."""
    matches, fires, differences, slowest = _matches(years), 0, 0, 0.0
    for number, pattern in enumerate(PATTERNS):
        minutes = fire_minutes(walked, pattern.by_wall, 1 << number, matches, "after first")
        expected = [BEGIN.replace(tzinfo=UTC) + minute * MINUTE for minute in minutes]
        found, took = product_times(ScheduleRule(cron=pattern.cron, timezone=zone), years)
        fires += len(expected)
        differences += len({*expected} ^ {*found}) + (found != sorted({*found}))
        slowest = max(slowest, took)
    return Compared(zone, fires, differences, slowest)


def product_times(rule: ScheduleRule, years: int) -> tuple[Sequence[datetime], float]:
    """Returns what jobsys says, and for how many seconds the slowest answer kept a core busy."""
    triggers, found, slowest = ApschedulerTriggers(), list[datetime](), 0.0
    at = BEGIN.replace(tzinfo=UTC) - datetime.resolution
    end = BEGIN.replace(tzinfo=UTC) + minutes_of(years) * MINUTE
    while True:
        before = time.thread_time()
        following = triggers.next_after(rule, at)
        slowest = max(slowest, time.thread_time() - before)
        if following is None or following >= end:
            return found, slowest
        found.append(following)
        at = following


def zones_by_file() -> Sequence[Sequence[str]]:
    """Returns the names of all zones, those together whose files are equal, byte for byte."""
    by_file: dict[bytes, list[str]] = defaultdict(list)
    for zone in sorted(available_timezones()):
        by_file[_file_of(zone)].append(zone)
    return list(by_file.values())


def minutes_of(years: int) -> int:
    """Returns how many minutes the years have that are compared."""
    return (BEGIN.replace(year=BEGIN.year + years) - BEGIN) // MINUTE


def _file_of(zone: str) -> bytes:
    for place in map(Path, TZPATH):
        if (place / zone).is_file():
            return (place / zone).read_bytes()
    return (resources("tzdata") / "zoneinfo" / zone).read_bytes()


def _tell(number: int, of: int, zone: str, what: str) -> None:
    if number % 25 == 0 or number == of:
        sys.stderr.write(f"{number} of {of}: {zone}, {what}\n")


@cache
def _matches(years: int) -> bytes:
    return matches_of(PATTERNS, BEGIN, minutes_of(years))
