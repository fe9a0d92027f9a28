"""The few numbers in which people ask how a process is doing."""

from collections.abc import Mapping
from typing import Final

from jobsys.domain.status import JobStatus
from jobsys.domain.value import value
from jobsys.ports.metric_families import (
    DURATION,
    OUTCOMES,
    PROCESSED,
    QUEUE_SIZE,
    RETRIES,
    Family,
    MetricsSnapshot,
    Reading,
)

FAILURES: Final = (OUTCOMES[JobStatus.FAILED], OUTCOMES[JobStatus.RETRYING])


@value
class MetricsSummary:
    """What a process has done since it began to count.

    `processed` attempts are those that completed or failed, `failed` ones are among them whether or
    not another followed. `queue_sizes` are by queue, then by priority; `average_seconds` is a
    handler's.
    """

    processed: int
    failed: int
    retries: Mapping[str, int]
    jobs_per_second: float
    failure_rate: float
    average_seconds: float
    queue_sizes: Mapping[str, Mapping[str, int]]


def summary(snapshot: MetricsSnapshot) -> MetricsSummary:
    """Returns a snapshot in few numbers; rates of nothing are 0."""
    outcomes = _by_last(_reading(snapshot, PROCESSED))
    failed = sum(outcomes.get(outcome, 0) for outcome in FAILURES)
    processed = failed + outcomes.get(OUTCOMES[JobStatus.COMPLETED], 0)
    durations = _reading(snapshot, DURATION).distributions.values()
    sizes: dict[str, dict[str, int]] = {}
    for (queue, level), number in _reading(snapshot, QUEUE_SIZE).numbers.items():
        sizes.setdefault(queue, {})[level] = int(number)
    return MetricsSummary(
        processed,
        failed,
        _by_last(_reading(snapshot, RETRIES)),
        _share(processed, snapshot.seconds),
        _share(failed, processed),
        _share(sum(told.total for told in durations), sum(told.count for told in durations)),
        sizes,
    )


def _reading(snapshot: MetricsSnapshot, family: Family) -> Reading:
    return snapshot.readings.get(family.name) or Reading(family)


def _by_last(reading: Reading) -> dict[str, int]:
    """Returns the sums of the numbers that have the same last label."""
    sums: dict[str, int] = {}
    for labels, number in reading.numbers.items():
        sums[labels[-1]] = sums.get(labels[-1], 0) + int(number)
    return sums


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
