"""A place for jobs as the container opens it: queue, inspector, schedules, events, by one URL."""

from abc import abstractmethod
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from jobsys.domain.value import value
from jobsys.ports.circuits import Circuits
from jobsys.ports.clock import Clock
from jobsys.ports.durability import DurableComponent
from jobsys.ports.event_bus import EventBus
from jobsys.ports.job_inspector import JobInspector
from jobsys.ports.job_logs import JobLogs
from jobsys.ports.job_queue import JobQueue
from jobsys.ports.presence import Presence
from jobsys.ports.queue_policies import QueuePolicies
from jobsys.ports.scheduler import Scheduler
from jobsys.ports.store_checker import StoreChecker


@value
class BackendOptions:
    """What a backend is opened with."""

    url: str
    clock: Clock
    namespace: str = "jobs"
    keep_last: int = 10_000


@value
class Keeping:
    """What keeps a worker's leases, and shows that it is there."""

    queue: JobQueue
    presence: Presence


class Backend(DurableComponent, Protocol):
    """One technology behind the queue's ports; `start` proves that it answers."""

    @property
    @abstractmethod
    def queue(self) -> JobQueue:
        """The queue, for one event loop."""

    @property
    @abstractmethod
    def inspector(self) -> JobInspector:
        """The same jobs, looked at."""

    @property
    @abstractmethod
    def scheduler(self) -> Scheduler:
        """The schedules of the same store."""

    @property
    def circuits(self) -> Circuits | None:
        """What is known of the dependencies that jobs share; None: each process knows its own."""
        return None

    @property
    @abstractmethod
    def policies(self) -> QueuePolicies:
        """What the queues of the same store go by."""

    @property
    @abstractmethod
    def events(self) -> EventBus:
        """What is told of the jobs, for one event loop."""

    @property
    @abstractmethod
    def checker(self) -> StoreChecker:
        """What finds and mends damage in the same store."""

    @property
    @abstractmethod
    def presence(self) -> Presence:
        """The workers that are there, for one event loop."""

    @property
    @abstractmethod
    def logs(self) -> JobLogs:
        """What handlers have logged, for one event loop."""

    @abstractmethod
    def open_keeping(self) -> AbstractAsyncContextManager[Keeping]:
        """Opens queue and presence once more, for another thread's event loop."""


OpenBackend = Callable[[BackendOptions], Backend]
"""What an adapter package offers under the entry point group `jobsys.adapters`, by URL scheme."""
