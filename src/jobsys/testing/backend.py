"""What a backend shows of itself so that the conformance suites can test it: to each what it uses."""

from abc import abstractmethod
from datetime import datetime, timedelta
from typing import Protocol

from jobsys.domain.job_id import JobId
from jobsys.ports.circuits import Circuits
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


class MovableTime(Protocol):
    """Something whose own clock stands still at `virtual_clock.START` until it is moved."""

    @abstractmethod
    async def advance(self, by: timedelta) -> None:
        """Moves its clock forward."""


class BackendUnderTest(MovableTime, Protocol):
    """An empty backend.

    It is all that the suites of `JobQueue` and `JobInspector` ask for.
    Only the waits of `JobQueue.wait` pass in real time.
    """

    @property
    @abstractmethod
    def queue(self) -> JobQueue:
        """The adapter that is tested."""

    @property
    @abstractmethod
    def inspector(self) -> JobInspector:
        """The same store, looked at."""

    @property
    @abstractmethod
    def keep_last(self) -> int:
        """How many completed and cancelled jobs a queue keeps; the adapters were built with it."""

    @abstractmethod
    async def another(self) -> JobQueue:
        """Returns a second adapter on the same store, as another process would have it."""

    @abstractmethod
    async def now(self) -> datetime:
        """Returns what the backend's clock shows."""

    @abstractmethod
    async def damage(self, job_id: JobId, raw: bytes | None) -> None:
        """Overwrites a stored envelope behind the adapter's back; None removes it."""


class ResettableBackend(BackendUnderTest, Protocol):
    """A backend on which one story after the other is told."""

    @abstractmethod
    async def reset(self) -> None:
        """Empties the store and sets its clock back to where it started; cheap."""


class SchedulerUnderTest(BackendUnderTest, Protocol):
    """A backend that has schedules."""

    @property
    @abstractmethod
    def scheduler(self) -> Scheduler:
        """The schedules of the same store."""

    @abstractmethod
    async def another_scheduler(self) -> Scheduler:
        """Returns a second adapter on the same store, as another process would have it."""


class QueuePoliciesUnderTest(BackendUnderTest, Protocol):
    """A backend whose queues go by policies."""

    @property
    @abstractmethod
    def policies(self) -> QueuePolicies:
        """The policies of the same store."""


class StoreCheckerUnderTest(SchedulerUnderTest, QueuePoliciesUnderTest, Protocol):
    """A backend that finds damage among its jobs and its schedules."""

    @property
    @abstractmethod
    def checker(self) -> StoreChecker:
        """What finds and mends damage in the same store."""


class EventBusUnderTest(MovableTime, Protocol):
    """An event bus to which nobody listens yet."""

    @property
    @abstractmethod
    def events(self) -> EventBus:
        """The adapter that is tested."""

    @abstractmethod
    async def another_event_bus(self) -> EventBus:
        """Returns a second adapter on the same store, as another process would have it."""

    @abstractmethod
    async def lose_a_listener(self) -> None:
        """Leaves behind what a process leaves that is killed while it listens."""


class PresenceUnderTest(Protocol):
    """A deployment in which no worker is there yet; one that is missed counts as dead at once."""

    @property
    @abstractmethod
    def presence(self) -> Presence:
        """The adapter that is tested."""

    @property
    @abstractmethod
    def sees_deaths(self) -> bool:
        """Whether it can see a worker die."""

    @abstractmethod
    async def another_presence(self) -> Presence:
        """Returns a second adapter on the same store, as another process would have it."""

    @abstractmethod
    async def lose_a_worker(self, worker: str) -> None:
        """Leaves behind what a process leaves that is killed while this worker is there."""


class CircuitsUnderTest(MovableTime, Protocol):
    """A deployment of whose circuits nothing is known yet."""

    @property
    @abstractmethod
    def circuits(self) -> Circuits:
        """The adapter that is tested."""

    @abstractmethod
    async def another_circuits(self) -> Circuits:
        """Returns a second adapter on the same store, as another process would have it."""

    @abstractmethod
    async def damage_circuit(self, name: str) -> None:
        """Overwrites what is stored of a circuit behind the adapter's back."""


class JobLogsUnderTest(MovableTime, Protocol):
    """A backend in which nothing was logged yet."""

    @property
    @abstractmethod
    def logs(self) -> JobLogs:
        """The adapter that is tested."""

    @abstractmethod
    async def another_job_logs(self) -> JobLogs:
        """Returns a second adapter on the same store, as another process would have it."""


class RemovalUnderTest(BackendUnderTest, Protocol):
    """A backend whose ended jobs are removed by hand: the ticks of `queue` leave them there."""

    @property
    @abstractmethod
    def removal(self) -> Removal:
        """The adapter that is tested, on the same store."""


class RosterUnderTest(MovableTime, Protocol):
    """A deployment in which no worker has shown its card yet."""

    @property
    @abstractmethod
    def roster(self) -> Roster:
        """The adapter that is tested."""

    @abstractmethod
    async def another_roster(self) -> Roster:
        """Returns a second adapter on the same store, as another process would have it."""

    @abstractmethod
    async def damage_card(self, worker: str) -> None:
        """Overwrites a worker's card behind the adapter's back with what cannot be read."""
