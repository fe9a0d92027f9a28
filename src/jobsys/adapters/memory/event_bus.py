"""Notices between the event loops and threads of one process."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

from jobsys.adapters.memory.store import MemoryStore
from jobsys.domain.notice import JobNotice, NoticeInterest
from jobsys.ports.event_bus import EventBus
from jobsys.ports.subscription import Subscription


class MemoryEventBus(EventBus):
    """Joins those who are given the same store."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    async def publish(self, notices: Sequence[JobNotice]) -> bool:
        with self._store.lock:
            alive = [listener for listener in self._store.listeners if not listener.is_closed]
            self._store.listeners = alive
            for listener in alive:
                listener.offer(notices)
            return bool(alive)

    @asynccontextmanager
    async def subscribe(self, interest: NoticeInterest) -> AsyncGenerator[Subscription]:
        listener = Subscription(interest)
        with self._store.lock:
            self._store.listeners.append(listener)
        try:
            yield listener
        finally:
            listener.close()
