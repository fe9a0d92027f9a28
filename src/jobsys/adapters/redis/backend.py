"""The Redis backend: `redis://`, `rediss://` and `unix://`."""

from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from jobsys.adapters.redis.event_bus import RedisEventBus
from jobsys.adapters.redis.job_inspector import RedisJobInspector
from jobsys.adapters.redis.job_queue import RedisJobQueue
from jobsys.adapters.redis.key_layout import KeyLayout
from jobsys.adapters.redis.scheduler import RedisScheduler
from jobsys.adapters.redis.store import RedisStore
from jobsys.ports.backend import Backend, BackendOptions
from jobsys.ports.job_queue import JobQueue


class RedisBackend(Backend):
    """Jobs in one Redis server, from version 7.0 on."""

    def __init__(self, options: BackendOptions) -> None:
        self._options = options
        self._store = self._new_store()
        self._queue = RedisJobQueue(self._store, options.keep_last)
        self._inspector = RedisJobInspector(self._store)
        self._scheduler = RedisScheduler(self._store)
        self._events = RedisEventBus(self._store)

    @property
    def queue(self) -> RedisJobQueue:
        return self._queue

    @property
    def inspector(self) -> RedisJobInspector:
        return self._inspector

    @property
    def scheduler(self) -> RedisScheduler:
        return self._scheduler

    @property
    def events(self) -> RedisEventBus:
        return self._events

    def open_queue(self) -> AbstractAsyncContextManager[JobQueue]:
        return self._opened()

    async def start(self) -> None:
        await self._store.start()

    async def stop(self) -> None:
        await self._store.stop()

    @asynccontextmanager
    async def _opened(self) -> AsyncGenerator[JobQueue]:
        store = self._new_store()
        try:
            yield RedisJobQueue(store, self._options.keep_last)
        finally:
            await store.stop()

    def _new_store(self) -> RedisStore:
        return RedisStore(self._options.url, KeyLayout(self._options.namespace))
