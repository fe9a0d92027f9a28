"""Rules fire as cron and the calendar say."""

from datetime import UTC, datetime, timedelta
from time import thread_time

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
    ("cron", "expected"),
    [
        ("*/20 30 6 * * *", ["2026-11-22 06:30:20", "2026-11-22 06:30:40"]),
        ("* * * * * *", ["2026-11-22 06:30:01", "2026-11-22 06:30:02"]),
        ("0 0 L * *", ["2026-11-30 00:00:00", "2026-12-31 00:00:00"]),
        ("0 0 L-3 2 *", ["2027-02-25 00:00:00", "2028-02-26 00:00:00"]),
        ("0 0 15W * *", ["2026-12-15 00:00:00", "2027-01-15 00:00:00", "2027-02-15 00:00:00"]),
        ("0 0 1W 5,8 *", ["2027-05-03 00:00:00", "2027-08-02 00:00:00"]),
        ("0 0 31W * *", ["2026-12-31 00:00:00", "2027-01-29 00:00:00"]),
        ("0 0 LW * *", ["2026-11-30 00:00:00", "2026-12-31 00:00:00", "2027-01-29 00:00:00"]),
        ("0 0 * * 5L", ["2026-11-27 00:00:00", "2026-12-25 00:00:00"]),
        ("0 0 * * 1#2", ["2026-12-14 00:00:00", "2027-01-11 00:00:00"]),
        ("0 0 * * mon#5", ["2026-11-30 00:00:00", "2027-03-29 00:00:00"]),
        ("0 0 1,L * *", ["2026-11-30 00:00:00", "2026-12-01 00:00:00"]),
        ("0 0 */10 * 0-6/2", ["2026-12-01 00:00:00", "2026-12-31 00:00:00"]),
        ("5/20 6 * * *", ["2026-11-22 06:45:00", "2026-11-23 06:05:00"]),
        ("0 0 29 2 */7", ["2032-02-29 00:00:00", "2060-02-29 00:00:00"]),
        ("@hourly", ["2026-11-22 07:00:00"]),
        ("@Daily", ["2026-11-23 00:00:00"]),
        ("@midnight", ["2026-11-23 00:00:00"]),
        ("@weekly", ["2026-11-29 00:00:00"]),
        ("@monthly", ["2026-12-01 00:00:00"]),
        ("@yearly", ["2027-01-01 00:00:00"]),
    ],
)
def test_a_cron_expression_may_have_seconds_and_say_days_from_the_end(
    cron: str, expected: list[str]
) -> None:
    assert times(ScheduleRule(cron=cron), len(expected)) == expected


REFUSED = {
    "0 0 30 2 *": "day of month '30' does not come in month '2'",
    "0 0 31 2,4,6,9,11 *": "does not come in month",
    "0 0 L-30 2 *": "does not come in month",
    "*/0 * * * *": r"minute '\*/0': a step is at least 1",
    "*/x * * * *": "minute .* 'X' is no number",
    "*/ * * * *": "minute .* a number is missing",
    "": "it has 0 fields",
    "x": "it has 1 fields",
    "* * * *": "it has 4 fields, not five",
    "* * * * * * *": "it has 7 fields",
    "60 * * * *": "minute '60': it takes 0 to 59",
    "60 * * * * *": "second '60': it takes 0 to 59",
    "0 24 * * *": "hour '24': it takes 0 to 23",
    "0 0 0 * *": "day of month '0': it takes 1 to 31",
    "0 0 * 13 *": "month '13': it takes 1 to 12",
    "0 0 * * 8": "day of week '8': it takes 0 to 7",
    "0 22-2 * * *": "hour '22-2': 2 comes before 22",
    "1,,2 * * * *": "minute '1,,2': between commas",
    "-1 * * * *": "minute '-1': a number is missing",
    "1- * * * *": "minute '1-': a number is missing",
    "\u0661 * * * *": "minute .* is no number",
    "0 0 * * L": "day of week 'L': of which day",
    "0 0 * * 1#6": "day of week '1#6': after # comes 1 to 5",
    "0 0 LX * *": "day of month 'LX': write L",
    "0 0 L-x * *": "day of month 'L-X'",
    "0 0 W * *": "day of month 'W': a number is missing",
    "0 0 ? * *": r"day of month '\?'",
    "@reboot": "the known names are @yearly",
}


@pytest.mark.parametrize("cron", REFUSED)
def test_a_cron_expression_that_cannot_be_read_is_refused_with_what_is_wrong_and_a_valid_one(
    cron: str,
) -> None:
    began = thread_time()
    with pytest.raises(InvalidSchedule, match=REFUSED[cron]) as refused:
        TRIGGERS.next_after(ScheduleRule(cron=cron), NOW)
    assert thread_time() - began < 0.1
    assert str(refused.value).endswith("a valid one is '0 2 * * *'")


@pytest.mark.parametrize("cron", ["0 0 29 2 *", "0 0 29 2 */7", "0 0 31W 12 *", "* * * * * *"])
def test_the_next_fire_time_is_found_at_once(cron: str) -> None:
    began = thread_time()
    assert TRIGGERS.next_after(ScheduleRule(cron=cron, timezone="Pacific/Norfolk"), NOW)
    assert thread_time() - began < 0.1


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
    after=st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 (bounds)
)
def test_intervals_lie_on_one_grid_for_all_hosts(every: timedelta, after: datetime) -> None:
    every = timedelta(milliseconds=every // timedelta(milliseconds=1))
    rule = ScheduleRule(every=every)
    first = TRIGGERS.next_after(rule, after)
    assert first is not None
    assert after < first <= after + every
    assert (first - datetime(1970, 1, 1, tzinfo=UTC)) % every == timedelta(0)
    assert TRIGGERS.next_after(rule, first) == first + every


def test_nothing_fires_before_the_start_or_after_the_end() -> None:
    start, end = NOW.replace(hour=9, minute=0), NOW.replace(hour=10, minute=0)
    rule = ScheduleRule(every=timedelta(hours=1), start=start, end=end)
    assert times(rule, 2) == ["2026-11-22 09:00:00", "2026-11-22 10:00:00"]
    assert TRIGGERS.next_after(rule, end) is None


@pytest.mark.parametrize("rule", [ScheduleRule(cron="0 2 * * *"), ScheduleRule(every=timedelta(1))])
def test_beyond_the_calendar_nothing_fires(rule: ScheduleRule) -> None:
    assert TRIGGERS.next_after(rule, datetime(9999, 12, 31, 23, tzinfo=UTC)) is None
