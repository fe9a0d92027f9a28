"""Fire times agree with an oracle that walks through every minute, whatever the clocks do."""

import random
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import product
from zoneinfo import ZoneInfo, available_timezones

import pytest

from jobsys.adapters.apscheduler.triggers import ApschedulerTriggers
from jobsys.domain.schedule_rule import Fold, Gap, ScheduleRule
from tests.support.fire_oracle import MINUTE, Pattern, fire_minutes, matches_of, walk

YEAR = datetime(2018, 1, 1)  # noqa: DTZ001 (in UTC)
MINUTES = 365 * 24 * 60
PATTERNS = (
    Pattern("30 2 * * *", lambda at: (at.hour, at.minute) == (2, 30), True),
    Pattern("15,45 0-3 * * *", lambda at: at.hour <= 3 and at.minute in {15, 45}, True),
    Pattern("0 * * * *", lambda at: at.minute == 0, False),
    Pattern("*/20 1-3 * * *", lambda at: at.hour in {1, 2, 3} and at.minute % 20 == 0, False),
)
HARD = [
    *("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Chatham"),
    *("Antarctica/Troll", "America/Sao_Paulo"),
]
CHOICES = [(Gap.AFTER, Fold.FIRST), (Gap.SKIP, Fold.SECOND), (Gap.AFTER, Fold.BOTH)]
SEED = random.SystemRandom().randrange(2**31)
DRAWN = random.Random(SEED).sample(sorted(available_timezones()), 3)  # noqa: S311 (chance)


@cache
def matches() -> bytes:
    return matches_of(PATTERNS, YEAR, MINUTES)


def fire_times(rule: ScheduleRule, begin: datetime, end: datetime) -> list[datetime]:
    triggers, found, at = ApschedulerTriggers(), list[datetime](), begin - datetime.resolution
    while (following := triggers.next_after(rule, at)) and following < end:
        assert following > at
        found.append(following)
        at = following
    return found


@pytest.mark.parametrize("number", range(len(HARD) + len(DRAWN)))
def test_fire_times_are_those_of_the_oracle(number: int) -> None:
    zone = [*HARD, *DRAWN][number]
    walked = list(walk(zone, YEAR, MINUTES))
    begin, end = YEAR.replace(tzinfo=UTC), YEAR.replace(tzinfo=UTC) + MINUTES * MINUTE
    for (n, (cron, _, by_wall)), (gap, fold) in product(enumerate(PATTERNS), CHOICES):
        if not by_wall and fold is not Fold.FIRST:
            continue
        minutes = fire_minutes(walked, by_wall, 1 << n, matches(), f"{gap} {fold}")
        expected = [begin + minute * MINUTE for minute in minutes]
        rule = ScheduleRule(cron=cron, timezone=zone, gap=gap, fold=fold)
        assert fire_times(rule, begin, end) == expected, (zone, cron, gap, fold, f"seed {SEED}")


@pytest.mark.parametrize(
    ("day", "hours", "daily"), [("2027-03-28", 23, 1), ("2027-10-31", 25, 1), ("2027-07-01", 24, 1)]
)
def test_a_day_in_berlin_has_its_hours_and_one_half_past_two(
    day: str, hours: int, daily: int
) -> None:
    def fired(cron: str, **choice: str) -> int:
        rule = ScheduleRule.model_validate({"cron": cron, "timezone": "Europe/Berlin", **choice})
        times = fire_times(rule, begin - timedelta(hours=6), begin + timedelta(hours=30))
        return sum(f"{at.astimezone(ZoneInfo('Europe/Berlin')):%Y-%m-%d}" == day for at in times)

    begin = datetime.fromisoformat(day).replace(tzinfo=UTC)
    assert (fired("0 * * * *"), fired("30 2 * * *")) == (hours, daily)
    assert fired("*/15 * * * *") == 4 * hours
    assert fired("30 2 * * *", gap="skip", fold="both") == hours - 23
    assert fired("*/10 30 2 * * *") == (1 if hours == 23 else 6)


def test_within_the_second_pass_the_next_fire_time_is_still_to_come() -> None:
    rule = ScheduleRule(cron="30 1 * * *", timezone="America/New_York")
    second_pass = datetime(2026, 11, 1, 6, 10, tzinfo=UTC)
    assert ApschedulerTriggers().next_after(rule, second_pass) == datetime(
        2026, 11, 2, 6, 30, tzinfo=UTC
    )


def test_a_day_that_a_zone_leaves_out_fires_when_the_next_one_begins() -> None:
    rule = ScheduleRule(cron="30 2 30 12 *", timezone="Pacific/Apia")
    gone = datetime(2011, 12, 1, tzinfo=UTC)
    assert ApschedulerTriggers().next_after(rule, gone) == datetime(2011, 12, 30, 10, tzinfo=UTC)
