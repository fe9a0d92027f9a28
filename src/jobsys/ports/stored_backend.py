"""A backend whose adapters share something that is opened: a connection, a file."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

from jobsys.ports.backend import Backend, Keeping
from jobsys.ports.circuits import Circuits
from jobsys.ports.durability import DurableComponent, Weakness
from jobsys.ports.event_bus import EventBus
from jobsys.ports.job_inspector import JobInspector
from jobsys.ports.job_logs import JobLogs
from jobsys.ports.job_queue import JobQueue
from jobsys.ports.presence import Presence
from jobsys.ports.queue_policies import QueuePolicies
from jobsys.ports.scheduler import Scheduler
from jobsys.ports.store_checker import StoreChecker

Store = TypeVar("Store", bound=DurableComponent)


@dataclass(frozen=True, slots=True)
class AdaptersIn(Generic[Store]):
    """Makes each port's adapter in a store."""

    queue: Callable[[Store], JobQueue]
    inspector: Callable[[Store], JobInspector]
    scheduler: Callable[[Store], Scheduler]
    policies: Callable[[Store], QueuePolicies]
    events: Callable[[Store], EventBus]
    presence: Callable[[Store], Presence]
    checker: Callable[[Store], StoreChecker]
    circuits: Callable[[Store], Circuits]
    logs: Callable[[Store], JobLogs]


class StoredBackend(Backend, Generic[Store]):
    """Makes adapters of a technology's store; each event loop has a store of its own."""

    def __init__(self, new_store: Callable[[], Store], adapters_in: AdaptersIn[Store]) -> None:
        self._new_store = new_store
        self._adapters_in = adapters_in
        self._store = new_store()
        self._queue = adapters_in.queue(self._store)
        self._inspector = adapters_in.inspector(self._store)
        self._scheduler = adapters_in.scheduler(self._store)
        self._circuits = adapters_in.circuits(self._store)
        self._events = adapters_in.events(self._store)
        self._presence = adapters_in.presence(self._store)

    @property
    def queue(self) -> JobQueue:
        """The queue in the backend's own store."""
        return self._queue

    @property
    def inspector(self) -> JobInspector:
        """The same jobs, looked at."""
        return self._inspector

    @property
    def scheduler(self) -> Scheduler:
        """The schedules of the same store."""
        return self._scheduler

    @property
    def policies(self) -> QueuePolicies:
        """What the queues of the same store go by."""
        return self._adapters_in.policies(self._store)

    @property
    def circuits(self) -> Circuits:
        """What is known of the dependencies that the jobs share."""
        return self._circuits

    @property
    def events(self) -> EventBus:
        """What is told of the same jobs."""
        return self._events

    @property
    def presence(self) -> Presence:
        """The workers that are there."""
        return self._presence

    @property
    def checker(self) -> StoreChecker:
        """What finds and mends damage in the same store."""
        return self._adapters_in.checker(self._store)

    @property
    def logs(self) -> JobLogs:
        """What handlers have logged."""
        return self._adapters_in.logs(self._store)

    @asynccontextmanager
    async def open_keeping(self) -> AsyncGenerator[Keeping]:
        """Opens queue and presence in a store of their own, and stops that store at the end."""
        store = self._new_store()
        try:
            yield Keeping(self._adapters_in.queue(store), self._adapters_in.presence(store))
        finally:
            await store.stop()

    async def start(self) -> None:
        """Starts the backend's own store."""
        await self._store.start()

    async def stop(self) -> None:
        """Stops the backend's own store."""
        await self._store.stop()

    async def weaknesses(self) -> Sequence[Weakness]:
        """Returns what the backend's own store says of itself."""
        return await self._store.weaknesses()

    async def incarnation(self) -> str:
        """Returns what run the backend's own store names."""
        return await self._store.incarnation()
