"""A backend whose adapters share something that is opened: a connection, a file."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Generic, TypeVar

from jobsys.ports.backend import Backend
from jobsys.ports.durability import DurableComponent, Weakness
from jobsys.ports.event_bus import EventBus
from jobsys.ports.job_inspector import JobInspector
from jobsys.ports.job_queue import JobQueue
from jobsys.ports.scheduler import Scheduler

Store = TypeVar("Store", bound=DurableComponent)


class StoredBackend(Backend, Generic[Store]):
    """Makes adapters of a technology's store; each event loop has a store of its own."""

    def __init__(
        self,
        new_store: Callable[[], Store],
        queue_in: Callable[[Store], JobQueue],
        inspector_in: Callable[[Store], JobInspector],
        scheduler_in: Callable[[Store], Scheduler],
        events_in: Callable[[Store], EventBus],
    ) -> None:
        self._new_store = new_store
        self._queue_in = queue_in
        self._store = new_store()
        self._queue = queue_in(self._store)
        self._inspector = inspector_in(self._store)
        self._scheduler = scheduler_in(self._store)
        self._events = events_in(self._store)

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
    def events(self) -> EventBus:
        """What is told of the same jobs."""
        return self._events

    @asynccontextmanager
    async def open_queue(self) -> AsyncGenerator[JobQueue]:
        """Opens the queue in a store of its own, and stops that store at the end."""
        store = self._new_store()
        try:
            yield self._queue_in(store)
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
