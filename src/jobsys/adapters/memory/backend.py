"""The in-memory backend: `memory://`."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Final
from uuid import uuid4

from jobsys.adapters.memory.circuits import MemoryCircuits
from jobsys.adapters.memory.event_bus import MemoryEventBus
from jobsys.adapters.memory.job_inspector import MemoryJobInspector
from jobsys.adapters.memory.job_logs import MemoryJobLogs
from jobsys.adapters.memory.job_queue import MemoryJobQueue
from jobsys.adapters.memory.presence import MemoryPresence
from jobsys.adapters.memory.queue_policies import MemoryQueuePolicies
from jobsys.adapters.memory.scheduler import MemoryScheduler
from jobsys.adapters.memory.store import MemoryStore
from jobsys.adapters.memory.store_checker import MemoryStoreChecker
from jobsys.ports.backend import Backend, BackendOptions, Keeping
from jobsys.ports.durability import Severity, Weakness

MEMORY_ONLY: Final = Weakness(
    "MEMORY_ONLY",
    Severity.INFO,
    "jobs are kept in this process alone and end with it: memory:// is for tests",
)


class MemoryBackend(Backend):
    """Jobs that live as long as this object, or as the store that it is given."""

    def __init__(self, options: BackendOptions, store: MemoryStore | None = None) -> None:
        store = store or MemoryStore()
        self._queue = MemoryJobQueue(store, options.clock, options.keep_last)
        self._inspector = MemoryJobInspector(store)
        self._scheduler = MemoryScheduler(store, options.clock)
        self._policies = MemoryQueuePolicies(store)
        self._circuits = MemoryCircuits(store, options.clock)
        self._events = MemoryEventBus(store)
        self._presence = MemoryPresence()
        self._logs = MemoryJobLogs(store, options.clock)
        self._checker = MemoryStoreChecker(store, options.clock)
        self._incarnation = uuid4().hex

    @property
    def queue(self) -> MemoryJobQueue:
        return self._queue

    @property
    def inspector(self) -> MemoryJobInspector:
        return self._inspector

    @property
    def scheduler(self) -> MemoryScheduler:
        return self._scheduler

    @property
    def policies(self) -> MemoryQueuePolicies:
        return self._policies

    @property
    def circuits(self) -> MemoryCircuits:
        return self._circuits

    @property
    def events(self) -> MemoryEventBus:
        return self._events

    @property
    def presence(self) -> MemoryPresence:
        return self._presence

    @property
    def logs(self) -> MemoryJobLogs:
        return self._logs

    def open_keeping(self) -> AbstractAsyncContextManager[Keeping]:
        return nullcontext(Keeping(self._queue, self._presence))

    @property
    def checker(self) -> MemoryStoreChecker:
        return self._checker

    async def start(self) -> None:
        """Needs nothing."""

    async def stop(self) -> None:
        """Leaves the jobs where they are."""

    async def weaknesses(self) -> Sequence[Weakness]:
        return [MEMORY_ONLY]

    async def incarnation(self) -> str:
        return self._incarnation
