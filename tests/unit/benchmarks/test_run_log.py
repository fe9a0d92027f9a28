"""The proof that each job ran once, and the clock."""

import pytest

from tests.benchmarks.run_log import Ran, fault, rate


def runs(*numbers: int, worker: int = 1) -> list[Ran]:
    return [Ran(10 + 0.1 * at, 0, number, worker) for at, number in enumerate(numbers)]


def test_there_is_no_fault_where_each_job_ran_once_in_any_order() -> None:
    assert fault(runs(2, 0, 1), 3) == ""


@pytest.mark.parametrize(
    ("ran", "told"),
    [
        (runs(0, 2), "1 of 3 jobs did not run"),
        (runs(0, 1, 2, 1), "1 jobs ran again, as [1]"),
        (runs(0, 1, 2, 7), "1 runs are of no such job"),
        ([], "3 of 3 jobs did not run"),
    ],
)
def test_a_fault_names_what_was_lost_repeated_or_unknown(ran: list[Ran], told: str) -> None:
    assert told in fault(ran, 3)


def test_a_worker_that_ran_nothing_is_a_fault() -> None:
    assert "1 of 2 workers" in fault(runs(0, 1, 2), 3, workers=2)
    assert fault([*runs(0), Ran(11, 0, 1, 2)], 2, workers=2) == ""


def test_the_rate_is_that_from_the_first_record_to_the_last() -> None:
    assert rate(runs(0, 1, 2, 3, 4)) == pytest.approx(10)


def test_the_clock_starts_when_the_last_worker_has_come() -> None:
    late = [Ran(10.2, 0, 9, 2), Ran(10.45, 0, 10, 2)]
    assert rate(runs(0, 1, 2, 3, 4) + late) == pytest.approx(3 / 0.25)


def test_a_log_of_one_record_has_no_rate() -> None:
    assert rate(runs(0)) == 0
