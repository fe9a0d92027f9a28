"""Metrics kept in memory: one process's own view of what it does."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from threading import Lock
from time import monotonic
from typing import Final

from jobsys.adapters.memory.custom_metrics import MemoryCustomMetrics
from jobsys.adapters.memory.series import Counters, Gauges, Histograms, Peaks, Series
from jobsys.domain.circuit_state import CircuitPhase
from jobsys.domain.lease import Lease
from jobsys.domain.priority import JobPriority
from jobsys.domain.status import FINAL, JobStatus
from jobsys.domain.transition import Transition
from jobsys.ports.job_metrics import JobMetrics
from jobsys.ports.metric_families import (
    ACTIVE_WORKERS,
    CIRCUIT_HOLDS,
    CIRCUIT_STATE,
    DURATION,
    ENQUEUED,
    LARGEST_FAMILY,
    LATENCY,
    LEAKED_THREADS,
    OLDEST_WAITING,
    OUTCOMES,
    PHASES,
    PROCESSED,
    QUEUE_SIZE,
    RETRIES,
    WAIT,
    WANTED_SLOTS,
    WORKER_SLOTS,
    Labels,
    MetricsSnapshot,
    Names,
)

LARGEST_BATCH: Final = 1000
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
        self._ran: defaultdict[str, list[float]] = defaultdict(list)
        self._waits = Histograms(WAIT, by_queue)
        self._latencies = Histograms(LATENCY, by_queue)
        self._queue_sizes, self._by_queue = Counters(QUEUE_SIZE, by_queue), by_queue
        self._oldest: Series = Peaks(OLDEST_WAITING, by_queue)
        self._wanted = Counters(WANTED_SLOTS, by_queue)
        self._active = Gauges(ACTIVE_WORKERS, tuple)
        self._slots = Gauges(WORKER_SLOTS, tuple)
        self._by_circuit = _admitting(Names(LARGEST_FAMILY))
        self._circuits = Gauges(CIRCUIT_STATE, self._by_circuit)
        self._holds = Counters(CIRCUIT_HOLDS, self._by_circuit)
        self._leaked = Gauges(LEAKED_THREADS, tuple)
        for gauge in (self._active, self._slots, self._leaked):
            gauge.take((), 0)

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
        ran = self._ran[job_type]
        ran.append(seconds)
        if len(ran) >= LARGEST_BATCH:
            with self._lock:
                self._take_durations()

    def claimed(self, leases: Sequence[Lease]) -> None:
        waits: defaultdict[tuple[str, JobPriority], list[float]] = defaultdict(list)
        for lease in leases:
            if lease.waited is not None:
                record = lease.record
                waits[record.id.partition(":")[0], record.standing.priority].append(lease.waited)
        with self._lock:
            for (queue, level), seconds in waits.items():
                self._waits.take_all((queue, _LEVELS[level]), seconds)

    def settled(self, ended: Sequence[Transition], now: datetime) -> None:
        outcomes = Counter([(t.record.header.type, t.after.status) for t in ended])
        latencies: defaultdict[str, list[timedelta]] = defaultdict(list)
        for transition in ended:
            record = transition.record
            if transition.after.status in FINAL and record.damage is None:
                latencies[record.id.partition(":")[0]].append(now - record.created_at)
        with self._lock:
            self._take_durations()
            for (job_type, status), number in outcomes.items():
                if status in OUTCOMES:
                    self._processed.take((job_type, OUTCOMES[status]), number)
                if status is JobStatus.RETRYING:
                    self._retries.take((job_type,), number)
            for queue, spans in latencies.items():
                self._latencies.take_all((queue,), [span.total_seconds() for span in spans])

    def set_queue_sizes(self, sizes: Mapping[str, Mapping[JobPriority, int]]) -> None:
        fresh = Counters(QUEUE_SIZE, self._by_queue)
        with self._lock:
            for queue, waiting in sizes.items():
                for level, number in waiting.items():
                    fresh.take((queue, _LEVELS[level]), number)
            self._queue_sizes = fresh

    def set_oldest_waiting(self, seconds: Mapping[str, Mapping[JobPriority, float]]) -> None:
        fresh = Peaks(OLDEST_WAITING, self._by_queue)
        with self._lock:
            for queue, waited in seconds.items():
                for level, age in waited.items():
                    fresh.take((queue, _LEVELS[level]), age)
            self._oldest = fresh

    def set_wanted_slots(self, slots: Mapping[str, int]) -> None:
        fresh = Counters(WANTED_SLOTS, self._by_queue)
        with self._lock:
            for queue, number in slots.items():
                fresh.take((queue,), number)
            self._wanted = fresh

    def set_active_workers(self, number: int) -> None:
        with self._lock:
            self._active.take((), number)

    def set_worker_slots(self, number: int) -> None:
        with self._lock:
            self._slots.take((), number)

    def increment_jobs_held(self, circuit: str) -> None:
        with self._lock:
            self._holds.take((circuit,), 1)

    def set_circuit_phases(self, phases: Mapping[str, CircuitPhase]) -> None:
        fresh = Gauges(CIRCUIT_STATE, self._by_circuit)
        with self._lock:
            for circuit, phase in phases.items():
                fresh.take((circuit,), PHASES[phase])
            self._circuits = fresh

    def set_leaked_threads(self, number: int) -> None:
        with self._lock:
            self._leaked.take((), number)

    def snapshot(self) -> MetricsSnapshot:
        with self._lock:
            self._take_durations()
            every = (
                self._enqueued,
                self._processed,
                self._retries,
                self._durations,
                self._waits,
                self._latencies,
                self._queue_sizes,
                self._oldest,
                self._wanted,
                self._active,
                self._slots,
                self._circuits,
                self._holds,
                self._leaked,
            )
            readings = {series.family.name: series.read() for series in every}
            return MetricsSnapshot({**readings, **self._custom.read()}, monotonic() - self._began)

    def _take_durations(self) -> None:
        """Counts the durations that came one by one: together they cost half; for lock holders."""
        for job_type, ran in list(self._ran.items()):
            observed = ran[:]
            del ran[: len(observed)]  # others may be appending
            if observed:
                self._durations.take_all((job_type,), observed)


def _admitting(names: Names) -> Callable[[Labels], Labels]:
    """Returns what replaces a label's first value where there are too many of them."""
    return lambda labels: (names.admitted(labels[0]), *labels[1:])
