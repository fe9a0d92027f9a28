"""How many slots a queue takes."""

from itertools import product
from math import ceil

import pytest

from jobsys.domain.wanted_slots import wanted_slots

WITHIN = 30.0


@pytest.mark.parametrize(
    ("waiting", "active", "seconds", "expected"),
    [
        (0, 0, None, 0),
        (0, 5, 1.0, 5),
        (0, 5, None, 5),
        (1, 0, None, 1),
        (10_000, 0, None, 1),
        (10_000, 8, None, 9),
        (1, 0, 0.0, 1),
        (30, 0, 1.0, 1),
        (31, 0, 1.0, 2),
        (10, 10, 30.0, 10),
        (10, 10, 60.0, 20),
        (10, 0, 60.0, 10),
    ],
)
def test_a_queue_takes_so_many_slots(
    waiting: int, active: int, seconds: float | None, expected: int
) -> None:
    assert wanted_slots(waiting, active, seconds, WITHIN) == expected


@pytest.mark.parametrize(
    ("waiting", "seconds"), list(product([1, 7, 100, 999], [0.01, 0.3, 1.0, 7.0, 29.0]))
)
def test_so_many_free_slots_have_the_last_job_begin_in_time_and_hardly_fewer_do(
    waiting: int, seconds: float
) -> None:
    def begins_last(slots: int) -> float:
        return (ceil(waiting / slots) - 1) * seconds

    wanted = wanted_slots(waiting, 0, seconds, WITHIN)
    assert begins_last(wanted) <= WITHIN
    fewest = next(slots for slots in range(1, waiting + 1) if begins_last(slots) <= WITHIN)
    assert fewest <= wanted <= ceil(fewest * (1 + seconds / WITHIN)) + 1


def test_busy_slots_stay_and_no_job_takes_more_than_one() -> None:
    for waiting, active, seconds in product(range(0, 40, 3), range(6), (None, 0.1, 5.0, 500.0)):
        wanted = wanted_slots(waiting, active, seconds, WITHIN)
        assert active <= wanted <= active + waiting
