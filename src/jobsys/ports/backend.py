"""A place for jobs as the container opens it: queue, inspector, schedules, events, by one URL."""

from abc import abstractmethod
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from jobsys.domain.value import value
from jobsys.ports.clock import Clock
from jobsys.ports.durability import DurableComponent
from jobsys.ports.event_bus import EventBus
from jobsys.ports.job_inspector import JobInspector
from jobsys.ports.job_queue import JobQueue
from jobsys.ports.scheduler import Scheduler


@value
class BackendOptions:
    """What a backend is opened with."""

    url: str
    clock: Clock
    namespace: str = "jobs"
    keep_last: int = 10_000


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
    @abstractmethod
    def events(self) -> EventBus:
        """What is told of the jobs, for one event loop."""

    @abstractmethod
    def open_queue(self) -> AbstractAsyncContextManager[JobQueue]:
        """Opens the same queue once more, for another thread's event loop."""


OpenBackend = Callable[[BackendOptions], Backend]
"""What an adapter package offers under the entry point group `jobsys.adapters`, by URL scheme."""
