"""What a backend shows of itself so that the conformance suites can test it."""

from abc import abstractmethod
from datetime import datetime, timedelta
from typing import Protocol

from jobsys.domain.job_id import JobId
from jobsys.ports.event_bus import EventBus
from jobsys.ports.job_inspector import JobInspector
from jobsys.ports.job_queue import JobQueue
from jobsys.ports.presence import Presence
from jobsys.ports.scheduler import Scheduler
from jobsys.ports.store_checker import StoreChecker


class BackendUnderTest(Protocol):
    """An empty backend whose own clock stands still at `virtual_clock.START` until it is moved.

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
    def scheduler(self) -> Scheduler:
        """The schedules of the same store."""

    @property
    @abstractmethod
    def events(self) -> EventBus:
        """The event bus of the same store."""

    @property
    @abstractmethod
    def presence(self) -> Presence:
        """The workers of the same store; one that is missed counts as dead at once."""

    @property
    @abstractmethod
    def sees_deaths(self) -> bool:
        """Whether it can see a worker die."""

    @property
    @abstractmethod
    def checker(self) -> StoreChecker:
        """What finds and mends damage in the same store."""

    @property
    @abstractmethod
    def keep_last(self) -> int:
        """How many completed and cancelled jobs a queue keeps; the adapters were built with it."""

    @abstractmethod
    async def another(self) -> JobQueue:
        """Returns a second adapter on the same store, as another process would have it."""

    @abstractmethod
    async def another_scheduler(self) -> Scheduler:
        """Returns a second adapter on the same store, as another process would have it."""

    @abstractmethod
    async def another_event_bus(self) -> EventBus:
        """Returns a second adapter on the same store, as another process would have it."""

    @abstractmethod
    async def lose_a_listener(self) -> None:
        """Leaves behind what a process leaves that is killed while it listens."""

    @abstractmethod
    async def another_presence(self) -> Presence:
        """Returns a second adapter on the same store, as another process would have it."""

    @abstractmethod
    async def lose_a_worker(self, worker: str) -> None:
        """Leaves behind what a process leaves that is killed while this worker is there."""

    @abstractmethod
    async def now(self) -> datetime:
        """Returns what the backend's clock shows."""

    @abstractmethod
    async def advance(self, by: timedelta) -> None:
        """Moves the backend's clock forward."""

    @abstractmethod
    async def damage(self, job_id: JobId, raw: bytes | None) -> None:
        """Overwrites a stored envelope behind the adapter's back; None removes it."""

    @abstractmethod
    async def reset(self) -> None:
        """Empties the store and sets its clock back to where it started; cheap."""

    @abstractmethod
    async def close(self) -> None:
        """Closes every connection that the backend has opened."""
