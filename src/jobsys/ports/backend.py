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
from jobsys.ports.removal import Removal
from jobsys.ports.roster import Roster
from jobsys.ports.scheduler import Scheduler
from jobsys.ports.store_checker import StoreChecker


@value
class BackendOptions:
    """What a backend is opened with."""

    url: str
    clock: Clock
    namespace: str = "jobs"
    keep_last: int = 10_000
    sweeps: bool = True
    """Whether a tick removes ended jobs; where not, `Removal` does."""

    @property
    def swept_to(self) -> int | None:
        """How many done jobs of a queue a tick leaves; None: all, and it removes nothing."""
        return self.keep_last if self.sweeps else None


@value
class Ports:
    """The adapters of one store, each for one event loop."""

    queue: JobQueue
    inspector: JobInspector
    scheduler: Scheduler
    policies: QueuePolicies
    events: EventBus
    presence: Presence
    logs: JobLogs
    roster: Roster
    checker: Callable[[], StoreChecker]
    """Makes what finds and mends damage; few processes need it."""
    circuits: Circuits | None = None
    """Where there are none, each process knows its own of the dependencies that jobs share."""
    removal: Removal | None = None
    """Where there is none, nothing can be archived."""


@value
class Keeping:
    """What keeps a worker's leases, and shows that it is there."""

    queue: JobQueue
    presence: Presence


class Backend(DurableComponent, Protocol):
    """One technology behind the queue's ports; `start` proves that it answers."""

    ports: Ports

    @abstractmethod
    def open_keeping(self) -> AbstractAsyncContextManager[Keeping]:
        """Opens queue and presence once more, for another thread's event loop."""


OpenBackend = Callable[[BackendOptions], Backend]
"""What an adapter package offers under the entry point group `jobsys.adapters`, by URL scheme."""
