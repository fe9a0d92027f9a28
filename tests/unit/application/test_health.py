"""How everything stands, in few values, where numbers have to be put together."""

from datetime import timedelta

from jobsys.application.health import jobs_health, whole_health
from jobsys.application.overview import Overview
from jobsys.application.workers import WorkerView
from jobsys.domain.worker_card import Work, WorkerCard
from jobsys.testing.virtual_clock import START


def worker(name: str, pid: int, work: Work, lease: float = 10, age: float = 0) -> WorkerView:
    card = WorkerCard(
        name, "host", pid, START, "1", [], {}, 1, 0, 0, True, work=work, lease_seconds=lease
    )
    return WorkerView(card, timedelta(seconds=age))


def test_an_average_time_is_over_all_attempts_and_a_process_counts_once() -> None:
    one, other = Work(1, 4.0), Work(3, 0.0)
    seen = Overview(
        START, workers=[worker("a", 1, one), worker("b", 1, one), worker("c", 2, other)]
    )
    assert whole_health(seen, "redis")["metrics"] == {
        "jobsProcessed": 0,
        "jobsFailed": 0,
        "jobsRetried": 0,
        "averageProcessingTime": 1000.0,
        "queueLengths": {"critical": 0, "high": 0, "normal": 0, "low": 0},
    }
    assert whole_health(seen, "redis")["redis"] == "connected"


def test_a_recovery_budget_is_that_of_the_longest_lease_of_those_that_live() -> None:
    workers = [
        worker("a", 1, Work(), 10),
        worker("b", 2, Work(), 30),
        worker("c", 3, Work(), 60, 9),
    ]
    assert jobs_health(Overview(START, workers=workers))["recovery_budget_seconds"] == 31
