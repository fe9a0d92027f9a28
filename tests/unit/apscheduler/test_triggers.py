"""Rules fire as cron and the calendar say."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobsys.adapters.apscheduler.triggers import ApschedulerTriggers
from jobsys.domain.errors import InvalidSchedule
from jobsys.domain.schedule_rule import ScheduleRule

NOW = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)  # a Sunday
TRIGGERS = ApschedulerTriggers()


def times(rule: ScheduleRule, count: int, after: datetime = NOW) -> list[str]:
    found: list[str] = []
    while len(found) < count:
        after = TRIGGERS.next_after(rule, after) or pytest.fail("it fires no more")
        found.append(f"{after:%Y-%m-%d %H:%M:%S}")
    return found


@pytest.mark.parametrize(
    ("cron", "expected"),
    [
        ("0 2 * * *", ["2026-11-23 02:00:00", "2026-11-24 02:00:00"]),
        ("*/15 * * * *", ["2026-11-22 06:45:00", "2026-11-22 07:00:00"]),
        ("30 6 * * *", ["2026-11-23 06:30:00", "2026-11-24 06:30:00"]),
        ("0 0 * * 1", ["2026-11-23 00:00:00", "2026-11-30 00:00:00"]),
        ("0 0 * * 0", ["2026-11-29 00:00:00", "2026-12-06 00:00:00"]),
        ("0 0 * * 7", ["2026-11-29 00:00:00", "2026-12-06 00:00:00"]),
        ("0 0 * * 5-7", ["2026-11-27 00:00:00", "2026-11-28 00:00:00"]),
        ("0 0 1 * 1", ["2026-11-23 00:00:00", "2026-11-30 00:00:00", "2026-12-01 00:00:00"]),
        ("0 0 29 2 *", ["2028-02-29 00:00:00", "2032-02-29 00:00:00"]),
        ("0 9 * jan mon-fri", ["2027-01-01 09:00:00", "2027-01-04 09:00:00"]),
    ],
)
def test_a_cron_expression_fires_as_vixie_cron_does(cron: str, expected: list[str]) -> None:
    assert times(ScheduleRule(cron=cron), len(expected)) == expected


def test_a_cron_expression_is_read_in_its_own_time_zone() -> None:
    rule = ScheduleRule(cron="0 2 * * *", timezone="America/New_York")
    assert times(rule, 1) == ["2026-11-22 07:00:00"]
    summer = datetime(2026, 7, 1, tzinfo=UTC)
    assert times(rule, 1, summer) == ["2026-07-01 06:00:00"]


@pytest.mark.parametrize(
    "cron",
    [
        "0 0 30 2 *",
        "*/0 * * * *",
        "",
        "x",
        "* * * *",
        "* * * * * *",
        "60 * * * *",
        "0 0 * * 8",
        "@daily",
    ],
)
def test_a_cron_expression_that_cannot_be_read_is_refused_with_a_valid_one(cron: str) -> None:
    with pytest.raises(InvalidSchedule, match=r"such as '0 2|a valid one is"):
        TRIGGERS.next_after(ScheduleRule(cron=cron), NOW)


@pytest.mark.parametrize(
    "zone", ["Mars/Olympus", "../../etc/passwd", "", "UTC\0", "/etc/localtime"]
)
def test_an_unknown_time_zone_is_refused(zone: str) -> None:
    with pytest.raises(InvalidSchedule, match="Europe/Berlin"):
        TRIGGERS.next_after(ScheduleRule(cron="* * * * *", timezone=zone), NOW)


def test_once_is_once() -> None:
    rule = ScheduleRule(at=NOW + timedelta(hours=1))
    assert TRIGGERS.next_after(rule, NOW) == rule.at
    assert TRIGGERS.next_after(rule, NOW + timedelta(hours=1)) is None


@given(
    every=st.timedeltas(timedelta(seconds=1), timedelta(days=400)),
    after=st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_intervals_lie_on_one_grid_for_all_hosts(every: timedelta, after: datetime) -> None:
    every = timedelta(milliseconds=every // timedelta(milliseconds=1))
    rule = ScheduleRule(every=every)
    first = TRIGGERS.next_after(rule, after)
    assert first is not None
    assert after < first <= after + every
    assert (first - datetime(1970, 1, 1, tzinfo=UTC)) % every == timedelta(0)
    assert TRIGGERS.next_after(rule, first) == first + every
