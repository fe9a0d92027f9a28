"""A workshop: a container with a real worker on a memory backend whose calls can be made to fail."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import replace
from datetime import timedelta

from dependency_injector.providers import Object

from jobsys.adapters.memory.event_bus import MemoryEventBus
from jobsys.adapters.memory.job_inspector import MemoryJobInspector
from jobsys.adapters.memory.job_logs import MemoryJobLogs
from jobsys.adapters.memory.job_queue import MemoryJobQueue
from jobsys.adapters.memory.presence import MemoryPresence
from jobsys.adapters.memory.queue_policies import MemoryQueuePolicies
from jobsys.adapters.memory.roster import MemoryRoster
from jobsys.adapters.memory.scheduler import MemoryScheduler
from jobsys.adapters.memory.store import MemoryStore
from jobsys.adapters.memory.store_checker import MemoryStoreChecker
from jobsys.adapters.system.clock import SystemClock
from jobsys.application.service import BackgroundJobService
from jobsys.config import Settings, WorkerArguments
from jobsys.container import JobsysContainer
from jobsys.domain.base_job import BaseJob
from jobsys.domain.job_id import JobId
from jobsys.domain.record import JobRecord, Standing
from jobsys.ports.backend import Backend, Keeping, Ports
from jobsys.ports.durability import Weakness
from jobsys.ports.job_handler import JobContext
from jobsys.ports.room import Room
from jobsys.testing.faults.faulty_queue import FaultyQueue

SOON = timedelta(seconds=10)


class Note(BaseJob):
    """A job that tells who it is."""

    name: str = "note"


class FaultyBackend(Backend):
    """A memory backend behind a faulty queue; the renewal thread has a faulty one of its own."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.queue = FaultyQueue(MemoryJobQueue(self.store, SystemClock()))
        self.ports = Ports(
            self.queue,
            MemoryJobInspector(self.store),
            MemoryScheduler(self.store, SystemClock()),
            MemoryQueuePolicies(self.store),
            MemoryEventBus(self.store),
            MemoryPresence(),
            MemoryJobLogs(self.store, SystemClock()),
            MemoryRoster(self.store, SystemClock()),
            lambda: MemoryStoreChecker(self.store, SystemClock()),
        )
        self.for_renewals = FaultyQueue(MemoryJobQueue(self.store, SystemClock()))
        self._refusal: Exception | None = None

    def open_keeping(self) -> AbstractAsyncContextManager[Keeping]:
        if self._refusal is not None:
            raise self._refusal
        return nullcontext(Keeping(self.for_renewals, self.ports.presence))

    def standing(self, job_id: str) -> Standing:
        """Returns where a job stands."""
        wanted = JobId.parse(job_id)
        with self.store.lock:
            return self.store.queue(wanted.queue).jobs[wanted.key].standing

    def crash(self, job_id: str, crashes: int) -> None:
        """Writes down that workers have died with this job in their hands."""
        wanted = JobId.parse(job_id)
        with self.store.lock:
            job = self.store.queue(wanted.queue).jobs[wanted.key]
            job.standing = replace(job.standing, crashes=crashes)

    def refuse_to_open(self, error: Exception) -> None:
        """Lets the renewal thread have no queue of its own."""
        self._refusal = error

    async def weaknesses(self) -> Sequence[Weakness]:
        return ()

    async def incarnation(self) -> str:
        return "one"

    async def room(self) -> Room:
        return Room("nowhere")

    async def start(self) -> None:
        """Needs nothing."""

    async def stop(self) -> None:
        """Leaves the jobs where they are."""


class Workshop:
    """The container, and a handler that notes what runs and can be held until a test lets go."""

    def __init__(self, worker: WorkerArguments | None = None) -> None:
        self.backend = FaultyBackend()
        self.container = JobsysContainer(Settings(backend="memory://", worker=worker or {}))
        self.container.backend.override(Object(self.backend))
        self.container.handles(Note)(self._handle)
        self.gate = asyncio.Event()
        self.gate.set()
        self.begun: list[str] = []
        self.ended: list[str] = []
        self.most_at_once = 0

    @property
    def queue(self) -> FaultyQueue:
        return self.backend.queue

    @property
    def service(self) -> BackgroundJobService:
        return self.container.job_service()

    @property
    def running(self) -> int:
        """How many jobs run now."""
        return len(self.begun) - sum(Counter(self.ended).values())

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Workshop"]:
        """Runs the worker."""
        async with self.container.lifecycle():
            yield self

    @staticmethod
    def note(name: str) -> Note:
        """Returns a job for the handler here."""
        return Note(name=name)

    async def submit(self, *names: str) -> list[str]:
        """Submits jobs in one call."""
        return [*await self.service.submit_many([Note(name=name) for name in names])]

    async def outcome(self, job_id: str) -> JobRecord:
        """Waits for a job's end."""
        return await self.service.wait(job_id, SOON)

    async def _handle(self, job: Note, context: JobContext) -> str:
        self.begun.append(job.name)
        self.most_at_once = max(self.most_at_once, self.running)
        try:
            await asyncio.sleep(0.001)
            await self.gate.wait()
        finally:
            self.ended.append(job.name)
        return job.name


async def until(condition: Callable[[], object], within: timedelta = SOON) -> None:
    """Waits for a condition; raises TimeoutError when it does not come true."""
    async with asyncio.timeout(within.total_seconds()):
        while not condition():  # noqa: ASYNC110 (a condition of any kind)
            await asyncio.sleep(0.002)
