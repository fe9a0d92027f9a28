"""Metrics kept in memory: one process's own view of what it does."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from threading import Lock
from time import monotonic
from typing import Final

from jobsys.adapters.memory.custom_metrics import MemoryCustomMetrics
from jobsys.adapters.memory.series import Counters, Gauges, Histograms, Names
from jobsys.domain.lease import Lease
from jobsys.domain.priority import JobPriority
from jobsys.domain.status import JobStatus
from jobsys.domain.transition import Transition
from jobsys.ports.job_metrics import JobMetrics
from jobsys.ports.metric_families import (
    ACTIVE_WORKERS,
    DURATION,
    ENQUEUED,
    LARGEST_FAMILY,
    LATENCY,
    OUTCOMES,
    PROCESSED,
    QUEUE_SIZE,
    RETRIES,
    WAIT,
    Labels,
    MetricsSnapshot,
)

_LEVELS: Final = {level: level.label for level in JobPriority}


class MemoryJobMetrics(JobMetrics):
    """Counts since the object was made; a batch takes the lock once."""

    def __init__(self) -> None:
        self._began = monotonic()
        self._lock = Lock()
        self._custom = MemoryCustomMetrics(self._lock)
        by_type, by_queue = _admitting(Names(LARGEST_FAMILY)), _admitting(Names(LARGEST_FAMILY))
        self._enqueued = Counters(ENQUEUED, by_type)
        self._processed = Counters(PROCESSED, by_type)
        self._retries = Counters(RETRIES, by_type)
        self._durations = Histograms(DURATION, by_type)
        self._waits = Histograms(WAIT, by_queue)
        self._latencies = Histograms(LATENCY, by_queue)
        self._queue_sizes, self._by_queue = Counters(QUEUE_SIZE, by_queue), by_queue
        self._active = Gauges(ACTIVE_WORKERS, tuple)
        self._active.take((), 0)

    @property
    def custom(self) -> MemoryCustomMetrics:
        return self._custom

    def increment_jobs_enqueued(self, job_type: str, priority: JobPriority, count: int = 1) -> None:
        with self._lock:
            self._enqueued.take((job_type, _LEVELS[priority]), count)

    def increment_jobs_processed(self, job_type: str, success: bool, count: int = 1) -> None:
        outcome = OUTCOMES[JobStatus.COMPLETED if success else JobStatus.FAILED]
        with self._lock:
            self._processed.take((job_type, outcome), count)

    def observe_job_duration(self, job_type: str, seconds: float) -> None:
        with self._lock:
            self._durations.take((job_type,), seconds)

    def claimed(self, leases: Sequence[Lease]) -> None:
        with self._lock:
            for lease in leases:
                if lease.waited is not None:
                    record = lease.record
                    labels = record.id.queue, _LEVELS[record.standing.priority]
                    self._waits.take(labels, lease.waited)

    def settled(self, ended: Sequence[Transition], now: datetime) -> None:
        with self._lock:
            for transition in ended:
                status = transition.after.status
                if outcome := OUTCOMES.get(status):
                    self._settled(transition, status, outcome, now)

    def set_queue_sizes(self, sizes: Mapping[str, Mapping[JobPriority, int]]) -> None:
        fresh = Counters(QUEUE_SIZE, self._by_queue)
        with self._lock:
            for queue, waiting in sizes.items():
                for level, number in waiting.items():
                    fresh.take((queue, _LEVELS[level]), number)
            self._queue_sizes = fresh

    def set_active_workers(self, number: int) -> None:
        with self._lock:
            self._active.take((), number)

    def snapshot(self) -> MetricsSnapshot:
        with self._lock:
            every = (
                self._enqueued,
                self._processed,
                self._retries,
                self._durations,
                self._waits,
                self._latencies,
                self._queue_sizes,
                self._active,
            )
            readings = {series.family.name: series.read() for series in every}
            return MetricsSnapshot({**readings, **self._custom.read()}, monotonic() - self._began)

    def _settled(
        self, transition: Transition, status: JobStatus, outcome: str, now: datetime
    ) -> None:
        record = transition.record
        self._processed.take((record.header.type, outcome), 1)
        if status is JobStatus.RETRYING:
            self._retries.take((record.header.type,), 1)
        elif record.damage is None:
            latency = (now - record.created_at).total_seconds()
            self._latencies.take((record.id.queue,), max(latency, 0.0))


def _admitting(names: Names) -> Callable[[Labels], Labels]:
    """Returns what replaces a label's first value where there are too many of them."""
    return lambda labels: (names.admitted(labels[0]), *labels[1:])
