"""What `JobMetrics` promises of the queues that are measured."""

from jobsys.domain.priority import JobPriority
from jobsys.ports.metric_families import (
    LARGEST_FAMILY,
    OLDEST_WAITING,
    OTHER,
    QUEUE_SIZE,
    WANTED_SLOTS,
)
from jobsys.testing.metrics import MetricsUnderTest


class QueueMetricsSuite:
    """One test for each sentence."""

    def test_queue_sizes_are_those_that_were_set_last_and_no_others(
        self, counted: MetricsUnderTest
    ) -> None:
        counted.metrics.set_queue_sizes({"a": {JobPriority.LOW: 1}, "b": {JobPriority.LOW: 2}})
        counted.metrics.set_queue_sizes({"b": {JobPriority.LOW: 0, JobPriority.HIGH: 3}})
        seen = counted.seen().readings[QUEUE_SIZE.name].numbers
        assert seen == {("b", "low"): 0, ("b", "high"): 3}

    def test_the_oldest_waits_are_those_that_were_set_last_and_of_others_the_longest(
        self, counted: MetricsUnderTest
    ) -> None:
        names = [f"q{number:03}" for number in range(LARGEST_FAMILY + 3)]
        ages = {name: {JobPriority.LOW: float(n)} for n, name in enumerate(names)}
        counted.metrics.set_oldest_waiting({"gone": {JobPriority.HIGH: 7.0}})
        counted.metrics.set_oldest_waiting(ages)
        seen = counted.seen().readings[OLDEST_WAITING.name].numbers
        assert seen["q001", "low"] == 1
        assert seen[OTHER, "low"] == LARGEST_FAMILY + 2
        assert ("gone", "high") not in seen

    def test_wanted_slots_are_those_that_were_set_last_and_of_others_their_sum(
        self, counted: MetricsUnderTest
    ) -> None:
        counted.metrics.set_wanted_slots({"gone": 9})
        counted.metrics.set_wanted_slots({f"q{n:03}": 2 for n in range(LARGEST_FAMILY + 2)})
        seen = counted.seen().readings[WANTED_SLOTS.name].numbers
        assert ("gone",) not in seen
        assert seen["q001",] == 2
        assert seen[OTHER,] == 6
