"""How a deployment went: rates, and latencies of the last minute."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from jobsys.application.course import KEPT_FOR, Course, Flow
from jobsys.application.latencies import quantile
from jobsys.application.overview import Overview
from jobsys.application.queues import QueueView
from jobsys.application.workers import WorkerView
from jobsys.domain.queue_policy import QueuePolicy
from jobsys.domain.status import JobStatus
from jobsys.domain.worker_card import Work, WorkerCard
from jobsys.ports.job_inspector import QueueCounts
from jobsys.ports.metric_families import BOUNDS
from jobsys.testing.virtual_clock import START


def seen(
    second: float, completed: int = 0, failed: int = 0, came: int = 0, **work: Sequence[int]
) -> Overview:
    """What is seen of one queue, and of one worker for each host that is named."""
    ever = {JobStatus.COMPLETED: completed, JobStatus.FAILED: failed}
    counts = QueueCounts({JobStatus.QUEUED: came - completed - failed}, ever, {})
    workers = [WorkerView(card(host, ended), timedelta(0)) for host, ended in work.items()]
    at = START + timedelta(seconds=second)
    return Overview(at, {"mails": QueueView(counts, QueuePolicy())}, workers)


def card(host: str, ended: Sequence[int]) -> WorkerCard:
    latencies = [*ended, *[0] * (len(BOUNDS) + 1 - len(ended))] if ended else []
    work = Work(sum(ended), 0.0, latencies)
    return WorkerCard("w", host, 1, START, "1", ["mails"], {}, 1, 0, 0, True, work=work)


def course(*overviews: Overview) -> Course:
    told = Course()
    for one in overviews:
        told.add(one)
    return told


def test_one_look_tells_no_rate() -> None:
    told = course(seen(0, completed=10))
    assert (told.now, told.stretches) == (None, [])


def test_a_rate_is_of_the_last_ten_seconds() -> None:
    told = course(seen(0), *(seen(s, completed=100 + 2 * s, failed=s) for s in range(10, 31)))
    assert told.now is not None
    assert (told.now.completed, told.now.failed) == (2, 1)


def test_a_history_has_points_two_seconds_apart_and_of_five_minutes() -> None:
    told = course(*(seen(s / 2, completed=s) for s in range(1300)))
    gaps = {second.at - first.at for first, second in pairwise(told.stretches)}
    assert gaps == {timedelta(seconds=2)}
    assert told.stretches[-1].at - told.stretches[0].at <= KEPT_FOR
    assert {round(one.completed, 6) for one in told.stretches} == {2}


def test_a_queue_flows_as_its_jobs_came_and_were_completed_in_the_last_ten_seconds() -> None:
    told = course(seen(0, came=900), *(seen(s, completed=2 * s, came=5 * s) for s in range(10, 31)))
    assert told.flows == {"mails": Flow(5, 2)}


def test_jobs_that_are_held_and_come_back_have_not_come_in_again() -> None:
    first, then = seen(0, came=9), seen(1, came=9)
    again = {**then.queues["mails"].counts.ever, JobStatus.QUEUED: 700}
    held = {JobStatus.QUEUED: 2, JobStatus.SCHEDULED: 7}
    then = replace(then, queues={"mails": QueueView(QueueCounts(held, again, {}), QueuePolicy())})
    assert course(first, then).flows == {"mails": Flow(0, 0)}


def test_a_queue_that_was_seen_once_or_reset_has_no_flow_or_none_that_is_negative() -> None:
    assert course().flows == course(seen(0, came=9)).flows == {}
    assert course(seen(0, came=9), seen(1)).flows == {"mails": Flow(0, 0)}
    assert course(Overview(START), seen(1, came=9)).flows == {}


def test_counts_that_were_reset_make_no_negative_rate() -> None:
    told = course(seen(0, completed=100), seen(2, completed=3))
    assert told.now is not None
    assert told.now.completed == 0


def test_a_latency_is_of_what_ended_in_the_last_minute_over_all_processes() -> None:
    told = course(
        seen(0, a=[0, 0, 50]),
        seen(30, a=[10, 0, 50], b=[0, 10]),
        seen(40, a=[10, 0, 50], b=[0, 10]),
    )
    assert told.latency(0.5) == BOUNDS[0]
    assert told.latency(1) == BOUNDS[1]


def test_no_job_of_a_share_took_longer_than_the_bound_that_is_told() -> None:
    told = course(seen(0), seen(30, a=[0] * 14 + [9, 1]))
    latency, bound = told.latency(0.5), told.within(0.5)
    assert latency is not None
    assert bound is not None
    assert (latency < bound, bound, told.within(1)) == (True, 900.0, 3600.0)
    assert Course().within(0.5) is None
    assert course(seen(0), seen(30, a=[])).within(0.5) is None


def test_there_is_no_latency_of_nothing() -> None:
    assert course(seen(0, a=[5]), seen(30, a=[5])).latency(0.5) is None
    assert Course().latency(0.5) is None
    assert course(seen(0), seen(30, a=[])).latency(0.5) is None


def test_a_process_that_began_anew_has_ended_what_it_tells() -> None:
    assert course(seen(0, a=[9, 9]), seen(30, a=[0, 4])).latency(1) == BOUNDS[1]


def test_a_card_of_a_release_with_other_buckets_tells_nothing_of_latencies() -> None:
    told = course(seen(0, a=[1]), seen(30, a=[1] * 40))
    assert told.latency(0.5) is None


def test_what_lies_beyond_the_last_bound_is_told_as_that() -> None:
    assert quantile([*[0] * len(BOUNDS), 3], 0.5) == BOUNDS[-1]


def test_dead_letters_are_counted_from_the_first_point_on() -> None:
    assert Course().more_dead() == 0
    assert course(seen(0, failed=3), seen(5, failed=5)).more_dead() == 2
