"""Instants in milliseconds."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from jobsys.domain.instants import from_ms, stored_ms, to_ms


def test_both_instants_of_an_hour_that_comes_twice_are_told_apart() -> None:
    first = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    second = first.replace(fold=1)
    assert first == second
    assert to_ms(second) - to_ms(first) == timedelta(hours=1) // timedelta(milliseconds=1)


def test_a_stored_instant_comes_back_as_it_was() -> None:
    for milliseconds in (0, 1, 1_795_000_000_123, 253_402_300_799_999):
        assert stored_ms(from_ms(milliseconds)) == to_ms(from_ms(milliseconds)) == milliseconds
