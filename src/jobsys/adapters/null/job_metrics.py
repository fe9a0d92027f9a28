"""Metrics that nobody wants."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from jobsys.domain.circuit_state import CircuitPhase
from jobsys.domain.lease import Lease
from jobsys.domain.priority import JobPriority
from jobsys.domain.transition import Transition
from jobsys.ports.job_metrics import CustomMetrics, JobMetrics
from jobsys.ports.metric_families import MetricsSnapshot


class NullCustomMetrics(CustomMetrics):
    """Counts nothing."""

    def counter(self, name: str, amount: float = 1, /, **labels: object) -> None: ...

    def observe(self, name: str, seconds: float, /, **labels: object) -> None: ...

    def gauge(self, name: str, number: float, /, **labels: object) -> None: ...


class NullJobMetrics(JobMetrics):
    """Counts nothing, keeps nothing, and knows no family."""

    def __init__(self) -> None:
        self._custom = NullCustomMetrics()

    @property
    def custom(self) -> NullCustomMetrics:
        return self._custom

    def increment_jobs_enqueued(
        self, job_type: str, priority: JobPriority, count: int = 1
    ) -> None: ...

    def increment_jobs_processed(self, job_type: str, success: bool, count: int = 1) -> None: ...

    def observe_job_duration(self, job_type: str, seconds: float) -> None: ...

    def claimed(self, leases: Sequence[Lease]) -> None: ...

    def settled(self, ended: Sequence[Transition], now: datetime) -> None: ...

    def set_queue_sizes(self, sizes: Mapping[str, Mapping[JobPriority, int]]) -> None: ...

    def set_oldest_waiting(self, seconds: Mapping[str, Mapping[JobPriority, float]]) -> None: ...

    def set_wanted_slots(self, slots: Mapping[str, int]) -> None: ...

    def set_active_workers(self, number: int) -> None: ...

    def set_worker_slots(self, number: int) -> None: ...

    def increment_jobs_held(self, circuit: str) -> None: ...

    def set_circuit_phases(self, phases: Mapping[str, CircuitPhase]) -> None: ...

    def set_leaked_threads(self, number: int) -> None: ...

    def snapshot(self) -> MetricsSnapshot:
        return MetricsSnapshot()
