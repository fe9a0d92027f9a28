"""Counting what is done, at no cost that a job would notice."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from jobsys.domain.circuit_state import CircuitPhase
from jobsys.domain.lease import Lease
from jobsys.domain.priority import JobPriority
from jobsys.domain.transition import Transition
from jobsys.ports.metric_families import MetricsSnapshot


class CustomMetrics(Protocol):
    """A handler's own metrics, from any thread; their names begin with `jobs_custom_`.

    A number never fails a job: what cannot be counted is dropped, and a warning says so once a
    name. That is a name that is none, a number that is no finite one, a counter that shall fall,
    another kind or other labels than the name had first, and the 51st name. A name has up to 100
    series; what is beyond them is counted in one whose labels all say "other".
    """

    @abstractmethod
    def counter(self, name: str, amount: float = 1, /, **labels: object) -> None:
        """Adds to a number that only grows."""

    @abstractmethod
    def observe(self, name: str, seconds: float, /, **labels: object) -> None:
        """Adds an observation to a distribution of seconds."""

    @abstractmethod
    def gauge(self, name: str, number: float, /, **labels: object) -> None:
        """Sets a number that moves up and down."""


class JobMetrics(Protocol):
    """Takes counts and durations; does no I/O, never waits and never raises.

    Every method is for any thread. The families are those of `metric_families`; a type or queue
    beyond the first 200 is counted as "other".
    """

    @property
    @abstractmethod
    def custom(self) -> CustomMetrics:
        """What handlers count in."""

    @abstractmethod
    def increment_jobs_enqueued(self, job_type: str, priority: JobPriority, count: int = 1) -> None:
        """Counts jobs that a queue has accepted, each once."""

    @abstractmethod
    def increment_jobs_processed(self, job_type: str, success: bool, count: int = 1) -> None:
        """Counts attempts that ended as "completed" or, without success, as "failed"."""

    @abstractmethod
    def observe_job_duration(self, job_type: str, seconds: float) -> None:
        """Adds the duration of one attempt."""

    @abstractmethod
    def claimed(self, leases: Sequence[Lease]) -> None:
        """Adds for how long each job had waited, as far as its lease tells."""

    @abstractmethod
    def settled(self, ended: Sequence[Transition], now: datetime) -> None:
        """Counts ends that a queue has applied, `now` being its own instant.

        An end that leads to a state of `OUTCOMES` is processed; one that leads to RETRYING is a
        retry as well. Any other of them ends the job, and adds its time from submission to `now`
        to the latencies, unless its record is damaged.
        """

    @abstractmethod
    def set_queue_sizes(self, sizes: Mapping[str, Mapping[JobPriority, int]]) -> None:
        """Sets how many jobs wait in each queue; queues that are not among them have no size."""

    @abstractmethod
    def set_oldest_waiting(self, seconds: Mapping[str, Mapping[JobPriority, float]]) -> None:
        """Sets for how long the next job of each queue's levels has waited; as with the sizes."""

    @abstractmethod
    def set_wanted_slots(self, slots: Mapping[str, int]) -> None:
        """Sets how many slots each queue takes; as with the sizes."""

    @abstractmethod
    def set_active_workers(self, number: int) -> None:
        """Sets how many slots run a job."""

    @abstractmethod
    def set_worker_slots(self, number: int) -> None:
        """Sets how many slots there are."""

    @abstractmethod
    def increment_jobs_held(self, circuit: str) -> None:
        """Counts a job that a circuit has kept from running."""

    @abstractmethod
    def set_circuit_phases(self, phases: Mapping[str, CircuitPhase]) -> None:
        """Sets where circuits stand; one that is not among them stands nowhere."""

    @abstractmethod
    def set_leaked_threads(self, number: int) -> None:
        """Sets how many threads and tasks go on although their attempts are over."""

    @abstractmethod
    def snapshot(self) -> MetricsSnapshot:
        """Returns what was counted since the process began."""
