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
from jobsys.adapters.memory.removal import MemoryRemoval
from jobsys.adapters.memory.roster import MemoryRoster
from jobsys.adapters.memory.scheduler import MemoryScheduler
from jobsys.adapters.memory.store import MemoryStore
from jobsys.adapters.memory.store_checker import MemoryStoreChecker
from jobsys.ports.backend import Backend, BackendOptions, Keeping, Ports
from jobsys.ports.durability import Severity, Weakness
from jobsys.ports.room import Room

MEMORY_ONLY: Final = Weakness(
    "MEMORY_ONLY",
    Severity.INFO,
    "jobs are kept in this process alone and end with it: memory:// is for tests",
)


class MemoryBackend(Backend):
    """Jobs that live as long as this object, or as the store that it is given."""

    def __init__(self, options: BackendOptions, store: MemoryStore | None = None) -> None:
        store = store or MemoryStore()
        self.ports = Ports(
            MemoryJobQueue(store, options.clock, options.swept_to),
            MemoryJobInspector(store),
            MemoryScheduler(store, options.clock),
            MemoryQueuePolicies(store),
            MemoryEventBus(store),
            MemoryPresence(),
            MemoryJobLogs(store, options.clock),
            MemoryRoster(store, options.clock),
            lambda: MemoryStoreChecker(store, options.clock),
            MemoryCircuits(store, options.clock),
            MemoryRemoval(store, options.clock, options.keep_last),
        )
        self._incarnation = uuid4().hex

    def open_keeping(self) -> AbstractAsyncContextManager[Keeping]:
        return nullcontext(Keeping(self.ports.queue, self.ports.presence))

    async def start(self) -> None:
        """Needs nothing."""

    async def stop(self) -> None:
        """Leaves the jobs where they are."""

    async def weaknesses(self) -> Sequence[Weakness]:
        return [MEMORY_ONLY]

    async def incarnation(self) -> str:
        return self._incarnation

    async def room(self) -> Room:
        return Room("the memory of this process")
