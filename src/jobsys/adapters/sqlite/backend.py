"""The SQLite backend: `sqlite:///relative/path.db` or `sqlite:////absolute/path.db`."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from jobsys.adapters.sqlite.connection import Synchronous
from jobsys.adapters.sqlite.event_bus import SqliteEventBus
from jobsys.adapters.sqlite.job_inspector import SqliteJobInspector
from jobsys.adapters.sqlite.job_queue import SqliteJobQueue
from jobsys.adapters.sqlite.scheduler import SqliteScheduler
from jobsys.adapters.sqlite.store import SqliteStore
from jobsys.domain.errors import ConfigurationError
from jobsys.ports.backend import Backend, BackendOptions
from jobsys.ports.job_queue import JobQueue

_SYNCHRONOUS: Final[Mapping[str, Synchronous]] = {"FULL": "FULL", "NORMAL": "NORMAL"}


class SqliteBackend(Backend):
    """Jobs in one file, shared by the processes of one host.

    `?synchronous=NORMAL` after the path makes commits faster; they then survive the death of
    every process, but not a loss of power.
    """

    def __init__(self, options: BackendOptions) -> None:
        self._options = options
        self._file = located(options.url)
        self._store = self._new_store()
        self._queue = SqliteJobQueue(self._store, options.keep_last)
        self._inspector = SqliteJobInspector(self._store)
        self._scheduler = SqliteScheduler(self._store, options.clock)
        self._events = SqliteEventBus(self._store, options.clock)

    @property
    def queue(self) -> SqliteJobQueue:
        return self._queue

    @property
    def inspector(self) -> SqliteJobInspector:
        return self._inspector

    @property
    def scheduler(self) -> SqliteScheduler:
        return self._scheduler

    @property
    def events(self) -> SqliteEventBus:
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
            yield SqliteJobQueue(store, self._options.keep_last)
        finally:
            await store.stop()

    def _new_store(self) -> SqliteStore:
        path, synchronous = self._file
        return SqliteStore(path, self._options.clock, synchronous=synchronous)


def located(url: str) -> tuple[Path, Synchronous]:
    """Returns the file that a URL names, and how it is synchronised.

    >>> located("sqlite:///jobs.db?synchronous=NORMAL")[1]
    'NORMAL'

    Raises:
        ConfigurationError: the URL names no file, or asks for something unknown.

    """
    parts = urlsplit(url)
    path = unquote(parts.path).removeprefix("/")
    if parts.netloc or not path or path == ":memory:":
        raise ConfigurationError(
            f"{url!r} names no file: write sqlite:///jobs.db, or sqlite:////var/lib/jobs.db"
        )
    asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    synchronous = _SYNCHRONOUS.get(asked.pop("synchronous", "FULL").upper())
    if asked or synchronous is None:
        raise ConfigurationError(f"{url!r}: only ?synchronous=FULL or NORMAL may follow the path")
    return Path(path).absolute(), synchronous
