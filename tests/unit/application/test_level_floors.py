"""Floors: a level's jobs have first call on some of a worker's slots."""

from collections import Counter

from jobsys.application.level_floors import LevelFloors
from jobsys.domain.priority import ALL_LEVELS, JobPriority
from jobsys.ports.turn import Claim
from jobsys.testing.metrics import leased

HIGH, NORMAL, LOW = JobPriority.HIGH, JobPriority.NORMAL, JobPriority.LOW
FLOORS = {LOW: 1, HIGH: 3, NORMAL: 2}


async def test_the_most_urgent_level_below_its_floor_is_first() -> None:
    active = Counter({HIGH: 2, NORMAL: 2})
    floors = LevelFloors(FLOORS, active.__getitem__)
    assert floors.wish(4) == (1, (HIGH, JobPriority.CRITICAL, NORMAL, LOW))
    active[HIGH] = 3
    assert floors.wish(4) == (1, (LOW, JobPriority.CRITICAL, HIGH, NORMAL))


async def test_where_every_floor_is_reached_all_is_claimed_by_urgency() -> None:
    active = Counter({HIGH: 3, NORMAL: 2, LOW: 1})
    assert LevelFloors(FLOORS, active.__getitem__).wish(4) == (4, ALL_LEVELS)


async def test_what_is_being_claimed_counts_until_it_is_answered() -> None:
    floors = LevelFloors({HIGH: 3}, lambda _: 0)
    number, levels = floors.wish(9)
    claims = [Claim("default", number, levels)]
    floors.claim(claims)
    assert floors.wish(6) == (6, ALL_LEVELS)
    floors.answered(claims, [leased(priority=HIGH)])
    assert floors.wish(9) == (number, levels)


async def test_a_floor_for_which_a_turn_found_no_job_rests() -> None:
    floors = LevelFloors({HIGH: 3}, lambda _: 0)
    number, levels = floors.wish(9)
    claims = [Claim("default", number, levels)]
    floors.claim(claims)
    floors.answered(claims, [])
    assert floors.wish(9) == (9, ALL_LEVELS)
