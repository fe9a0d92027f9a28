"""A backend whose adapters share something that is opened: a connection, a file."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Generic, TypeVar

from jobsys.ports.backend import Backend, Keeping, Ports
from jobsys.ports.durability import DurableComponent, Weakness
from jobsys.ports.room import Room

Store = TypeVar("Store", bound=DurableComponent)


class StoredBackend(Backend, Generic[Store]):
    """Makes adapters of a technology's store; each event loop has a store of its own."""

    def __init__(self, new_store: Callable[[], Store], ports_in: Callable[[Store], Ports]) -> None:
        self._new_store = new_store
        self._ports_in = ports_in
        self._store = new_store()
        self.ports = ports_in(self._store)

    @asynccontextmanager
    async def open_keeping(self) -> AsyncGenerator[Keeping]:
        """Opens queue and presence in a store of their own, and stops that store at the end."""
        store = self._new_store()
        try:
            ports = self._ports_in(store)
            yield Keeping(ports.queue, ports.presence)
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

    async def room(self) -> Room:
        """Returns how much room the backend's own store has."""
        return await self._store.room()
