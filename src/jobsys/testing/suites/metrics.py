"""What `JobMetrics` promises of the families that jobsys counts."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Final

import pytest

from jobsys.domain.priority import JobPriority
from jobsys.domain.status import JobEvent, Reason
from jobsys.ports.metric_families import (
    ACTIVE_WORKERS,
    BOUNDS,
    DURATION,
    ENQUEUED,
    LARGEST_FAMILY,
    LATENCY,
    LEAKED_THREADS,
    OTHER,
    PROCESSED,
    QUEUE_SIZE,
    RETRIES,
    WAIT,
    WORKER_SLOTS,
    Distribution,
)
from jobsys.testing.endings import ended
from jobsys.testing.jobs import QUEUE
from jobsys.testing.metrics import MetricsUnderTest, leased
from jobsys.testing.virtual_clock import START

HOSTILE: Final = 'a"b\\c\nd{e="f"} 1'
SOON: Final = START + timedelta(seconds=2)


class MetricsSuite:
    """One test for each sentence."""

    def test_accepted_jobs_are_counted_by_type_and_priority(
        self, counted: MetricsUnderTest
    ) -> None:
        counted.metrics.increment_jobs_enqueued("greet", JobPriority.HIGH)
        counted.metrics.increment_jobs_enqueued("greet", JobPriority.HIGH, 4)
        counted.metrics.increment_jobs_enqueued("greet", JobPriority.LOW)
        seen = counted.seen().readings[ENQUEUED.name].numbers
        assert seen == {("greet", "high"): 5, ("greet", "low"): 1}

    def test_attempts_are_counted_as_completed_or_failed(self, counted: MetricsUnderTest) -> None:
        counted.metrics.increment_jobs_processed("greet", success=True)
        counted.metrics.increment_jobs_processed("greet", success=False, count=3)
        seen = counted.seen().readings[PROCESSED.name].numbers
        assert seen == {("greet", "completed"): 1, ("greet", "failed"): 3}

    def test_each_outcome_of_a_settled_attempt_is_counted_under_its_name(
        self, counted: MetricsUnderTest
    ) -> None:
        lease = leased()
        cancelled = lease.dropped(JobEvent.DISCARDED, Reason.DISCARDED)
        retrying, failed = (
            ended(lease, JobEvent.FAILED, for_good=final) for final in (False, True)
        )
        counted.metrics.settled([lease.succeeded(None), lease.succeeded(None), failed], SOON)
        counted.metrics.settled([retrying, cancelled], SOON)
        assert counted.seen().readings[PROCESSED.name].numbers == {
            ("greet", "completed"): 2,
            ("greet", "failed"): 1,
            ("greet", "retrying"): 1,
            ("greet", "cancelled"): 1,
        }
        assert counted.seen().readings[RETRIES.name].numbers == {("greet",): 1}

    @pytest.mark.parametrize("event", [JobEvent.RELEASED, JobEvent.HELD, JobEvent.SNOOZED])
    def test_an_end_that_leads_back_is_no_outcome(
        self, counted: MetricsUnderTest, event: JobEvent
    ) -> None:
        counted.metrics.settled([ended(leased(), event)], SOON)
        seen = counted.seen()
        assert not seen.readings[PROCESSED.name].numbers
        assert not seen.readings[LATENCY.name].distributions

    def test_the_latency_of_an_ended_job_is_the_time_since_its_submission(
        self, counted: MetricsUnderTest
    ) -> None:
        counted.metrics.settled([leased().succeeded(None), leased().succeeded(None)], SOON)
        counted.metrics.settled([leased(queue="other").succeeded(None)], SOON)
        seen = counted.seen()
        assert seen.distribution(LATENCY, QUEUE) == of(2, 2)
        assert seen.distribution(LATENCY, "other") == of(2)

    def test_a_job_that_is_tried_again_or_damaged_adds_no_latency(
        self, counted: MetricsUnderTest
    ) -> None:
        lease = leased()
        damaged = replace(lease, record=replace(lease.record, damage=Reason.CORRUPT))
        buried = ended(damaged, JobEvent.CORRUPT)
        counted.metrics.settled([ended(lease, JobEvent.FAILED), buried], SOON)
        assert not counted.seen().readings[LATENCY.name].distributions

    def test_a_latency_that_clocks_make_negative_is_none(self, counted: MetricsUnderTest) -> None:
        before = START - timedelta(seconds=1)
        counted.metrics.settled([leased().succeeded(None)], before)
        assert counted.seen().distribution(LATENCY, QUEUE) == of(0)

    def test_durations_fall_into_the_bucket_whose_end_they_do_not_pass(
        self, counted: MetricsUnderTest
    ) -> None:
        for seconds in (0.001, 0.005, 0.0051, 3600, 3601):
            counted.metrics.observe_job_duration("greet", seconds)
        seen = counted.seen().distribution(DURATION, "greet")
        assert (seen.buckets[:2], seen.buckets[-2:]) == ((2, 1), (1, 1))
        assert seen.total == pytest.approx(7201.0111)
        assert seen.count == 5

    def test_many_durations_are_each_counted_once(self, counted: MetricsUnderTest) -> None:
        for _ in range(2500):
            counted.metrics.observe_job_duration("greet", 0.5)
        assert counted.seen().distribution(DURATION, "greet").count == 2500

    def test_a_claim_adds_how_long_each_job_had_waited_as_far_as_it_is_known(
        self, counted: MetricsUnderTest
    ) -> None:
        high = leased(priority=JobPriority.HIGH, waited=30)
        counted.metrics.claimed([leased(waited=0.5), high, leased(waited=1), leased()])
        seen = counted.seen()
        assert seen.distribution(WAIT, QUEUE, "normal") == of(0.5, 1)
        assert seen.distribution(WAIT, QUEUE, "high") == of(30)

    def test_active_workers_are_none_until_they_are_set(self, counted: MetricsUnderTest) -> None:
        assert counted.seen().readings[ACTIVE_WORKERS.name].numbers == {(): 0}
        counted.metrics.set_active_workers(7)
        assert counted.seen().number(ACTIVE_WORKERS) == 7

    def test_slots_are_none_until_they_are_set(self, counted: MetricsUnderTest) -> None:
        assert counted.seen().readings[WORKER_SLOTS.name].numbers == {(): 0}
        counted.metrics.set_worker_slots(8)
        assert counted.seen().number(WORKER_SLOTS) == 8

    def test_leaked_threads_are_none_until_they_are_set(self, counted: MetricsUnderTest) -> None:
        assert counted.seen().readings[LEAKED_THREADS.name].numbers == {(): 0}
        counted.metrics.set_leaked_threads(2)
        assert counted.seen().number(LEAKED_THREADS) == 2

    def test_types_beyond_the_first_two_hundred_are_others(self, counted: MetricsUnderTest) -> None:
        for number in range(LARGEST_FAMILY + 3):
            counted.metrics.increment_jobs_enqueued(f"t{number}", JobPriority.LOW)
            counted.metrics.observe_job_duration(f"t{number}", 1)
        seen = counted.seen()
        assert len(seen.readings[ENQUEUED.name].numbers) == LARGEST_FAMILY + 1
        assert seen.number(ENQUEUED, OTHER, "low") == 3
        assert seen.distribution(DURATION, OTHER).count == 3

    def test_queues_beyond_the_first_two_hundred_are_others(
        self, counted: MetricsUnderTest
    ) -> None:
        names = [f"q{number}" for number in range(LARGEST_FAMILY + 3)]
        counted.metrics.claimed([leased(queue=name, waited=1) for name in names])
        counted.metrics.set_queue_sizes({name: {JobPriority.LOW: 2} for name in names})
        seen = counted.seen()
        assert len(seen.readings[WAIT.name].distributions) == LARGEST_FAMILY + 1
        assert seen.distribution(WAIT, OTHER, "normal").count == 3
        assert seen.number(QUEUE_SIZE, OTHER, "low") == 6

    def test_a_hostile_type_is_seen_as_it_is_and_the_empty_one_as_other(
        self, counted: MetricsUnderTest
    ) -> None:
        counted.metrics.increment_jobs_processed(HOSTILE, success=True)
        counted.metrics.increment_jobs_processed("", success=True)
        seen = counted.seen().readings[PROCESSED.name].numbers
        assert seen == {(HOSTILE, "completed"): 1, (OTHER, "completed"): 1}

    def test_nothing_is_lost_between_threads(self, counted: MetricsUnderTest) -> None:
        def count(_: int) -> None:
            for _ in range(500):
                counted.metrics.increment_jobs_processed("greet", success=True)
                counted.metrics.observe_job_duration("greet", 1)
                counted.metrics.custom.counter("orders")

        with ThreadPoolExecutor(4) as threads:
            list(threads.map(count, range(4)))
        seen = counted.seen()
        assert seen.number(PROCESSED, "greet", "completed") == 2000
        assert seen.distribution(DURATION, "greet").count == 2000
        assert seen.readings["jobs_custom_orders_total"].numbers == {(): 2000}


def of(*observations: float) -> Distribution:
    """Returns the distribution of observations."""
    buckets = [0] * (len(BOUNDS) + 1)
    for seconds in observations:
        buckets[sum(bound < seconds for bound in BOUNDS)] += 1
    return Distribution(tuple(buckets), float(sum(observations)))
