"""The in-memory backend, made ready for the conformance suites."""

import asyncio
from datetime import datetime, timedelta

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
from jobsys.domain.circuit_state import CircuitState
from jobsys.domain.job_id import JobId
from jobsys.domain.notice import NoticeInterest
from jobsys.ports.subscription import Subscription
from jobsys.testing.virtual_clock import VirtualClock
from jobsys.testing.whole_backend import WholeBackend


class MemoryBackend(WholeBackend):
    """A store in memory on a virtual clock."""

    def __init__(self, keep_last: int = 5, *, sweeps: bool = True) -> None:
        self._keep_last = keep_last
        self._swept_to = keep_last if sweeps else None
        self._clock = VirtualClock()
        self._open()

    @property
    def queue(self) -> MemoryJobQueue:
        """The adapter that is tested."""
        return self._queue

    @property
    def inspector(self) -> MemoryJobInspector:
        """The same store, looked at."""
        return self._inspector

    @property
    def scheduler(self) -> MemoryScheduler:
        """The schedules of the same store."""
        return self._scheduler

    @property
    def policies(self) -> MemoryQueuePolicies:
        """The policies of the same store."""
        return MemoryQueuePolicies(self._store)

    @property
    def events(self) -> MemoryEventBus:
        """The event bus of the same store."""
        return self._events

    @property
    def presence(self) -> MemoryPresence:
        """The workers of the same store."""
        return self._presence

    @property
    def circuits(self) -> MemoryCircuits:
        """The circuits of the same store."""
        return self._circuits

    @property
    def sees_deaths(self) -> bool:
        """Whether it can see a worker die."""
        return False

    @property
    def checker(self) -> MemoryStoreChecker:
        """What finds and mends damage in the same store."""
        return MemoryStoreChecker(self._store, self._clock)

    @property
    def logs(self) -> MemoryJobLogs:
        """What was logged in the same store."""
        return MemoryJobLogs(self._store, self._clock)

    @property
    def keep_last(self) -> int:
        """How many completed and cancelled jobs a queue keeps."""
        return self._keep_last

    async def another(self) -> MemoryJobQueue:
        """Returns a second adapter on the same store."""
        return MemoryJobQueue(self._store, self._clock, self._keep_last)

    async def another_scheduler(self) -> MemoryScheduler:
        """Returns a second adapter, as another process would have it."""
        return MemoryScheduler(self._store, self._clock)

    async def another_event_bus(self) -> MemoryEventBus:
        """Returns a second adapter, as another process would have it."""
        return MemoryEventBus(self._store)

    async def lose_a_listener(self) -> None:
        """Leaves behind what a process leaves that is killed while it listens."""
        killed = await asyncio.to_thread(asyncio.run, _listener())
        self._store.listeners.append(killed)

    async def another_presence(self) -> MemoryPresence:
        """Returns a second adapter, as another process would have it."""
        return MemoryPresence()

    async def lose_a_worker(self, worker: str) -> None:
        """Leaves nothing behind, as nothing outlives the process."""

    async def another_circuits(self) -> MemoryCircuits:
        """Returns a second adapter, as another process would have it."""
        return MemoryCircuits(self._store, self._clock)

    async def damage_circuit(self, name: str) -> None:
        """Forgets a circuit: in memory nothing can be unreadable."""
        self._store.circuits[name] = CircuitState()

    async def another_job_logs(self) -> MemoryJobLogs:
        """Returns a second adapter, as another process would have it."""
        return self.logs

    @property
    def removal(self) -> MemoryRemoval:
        """What removes from the same store by hand."""
        return MemoryRemoval(self._store, self._clock, self._keep_last)

    @property
    def roster(self) -> MemoryRoster:
        """The cards in the same store."""
        return MemoryRoster(self._store, self._clock)

    async def another_roster(self) -> MemoryRoster:
        """Returns a second adapter, as another process would have it."""
        return self.roster

    async def damage_card(self, worker: str) -> None:
        """Removes a card: in memory nothing can be unreadable."""
        self._store.cards.pop(worker, None)

    async def now(self) -> datetime:
        """Returns what the virtual clock shows."""
        return self._clock.now()

    async def advance(self, by: timedelta) -> None:
        """Moves the virtual clock forward."""
        self._clock.advance(by)

    async def damage(self, job_id: JobId, raw: bytes | None) -> None:
        """Overwrites a stored envelope."""
        self._store.queue(job_id.queue).jobs[job_id.key].raw = raw

    async def reset(self) -> None:
        """Starts over with an empty store."""
        self._clock.reset()
        self._open()

    async def close(self) -> None:
        """Does nothing: memory has no connections."""

    def _open(self) -> None:
        self._store = MemoryStore()
        self._queue = MemoryJobQueue(self._store, self._clock, self._swept_to)
        self._inspector = MemoryJobInspector(self._store)
        self._scheduler = MemoryScheduler(self._store, self._clock)
        self._events = MemoryEventBus(self._store)
        self._presence = MemoryPresence()
        self._circuits = MemoryCircuits(self._store, self._clock)


async def _listener() -> Subscription:
    return Subscription(NoticeInterest())
