"""A workbench: the application on a memory backend, without a container, one call at a time."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Unpack

from jobsys.adapters.apscheduler.triggers import ApschedulerTriggers
from jobsys.adapters.memory.circuits import MemoryCircuits
from jobsys.adapters.memory.event_bus import MemoryEventBus
from jobsys.adapters.memory.job_inspector import MemoryJobInspector
from jobsys.adapters.memory.job_logs import MemoryJobLogs
from jobsys.adapters.memory.job_metrics import MemoryJobMetrics
from jobsys.adapters.memory.job_queue import MemoryJobQueue
from jobsys.adapters.memory.queue_policies import MemoryQueuePolicies
from jobsys.adapters.memory.roster import MemoryRoster
from jobsys.adapters.memory.scheduler import MemoryScheduler
from jobsys.adapters.memory.store import MemoryStore
from jobsys.application.admission import Admission
from jobsys.application.announcer import Announcer
from jobsys.application.arguments import Options
from jobsys.application.background import BackgroundCalls
from jobsys.application.books import Books
from jobsys.application.circuit_breaker import CircuitBreaker
from jobsys.application.circuits import CircuitBook
from jobsys.application.dead_letters import DeadLetterBook
from jobsys.application.execution import JobExecutor
from jobsys.application.execution_options import ExecutionOptions
from jobsys.application.explaining import Explainer
from jobsys.application.handlers import HandlerRegistry
from jobsys.application.intake import Intake
from jobsys.application.queues import QueueBook
from jobsys.application.scaling import ScalingBook
from jobsys.application.schedules import ScheduleBook
from jobsys.application.service import BackgroundJobService
from jobsys.application.this_process import ThisProcess
from jobsys.application.workers import WorkerBook
from jobsys.domain.base_job import BaseJob
from jobsys.domain.circuit import CircuitRule
from jobsys.domain.factory import JobFactory
from jobsys.domain.job_id import JobId
from jobsys.domain.lease import Lease
from jobsys.domain.record import JobRecord
from jobsys.domain.retry import RetryPolicy
from jobsys.domain.transition import Transition
from jobsys.domain.validator import JobValidator
from jobsys.ports.job_queue import JobQueue, Renewal
from jobsys.ports.turn import Claim, TurnTicket
from jobsys.testing.jobs import CRASH
from jobsys.testing.virtual_clock import VirtualClock

LEASE_FOR = timedelta(seconds=10)


class Greet(BaseJob):
    """The job of most tests."""

    name: str = "Ada"
    retry = RetryPolicy(max_attempts=2, base=timedelta(seconds=10), jitter="full")


class Bench:
    """A memory backend on a virtual clock with a service and an executor, but no worker."""

    def __init__(self, draw: float = 0.5) -> None:
        self.clock = VirtualClock()
        self.store = MemoryStore()
        self.queue = MemoryJobQueue(self.store, self.clock)
        self.inspector = MemoryJobInspector(self.store)
        self.policies = MemoryQueuePolicies(self.store)
        self.metrics = MemoryJobMetrics()
        self.factory = JobFactory()
        self.handlers = HandlerRegistry(self.factory)
        self.scheduler = MemoryScheduler(self.store, self.clock)
        self.circuits = MemoryCircuits(self.store, self.clock)
        self.circuit_book = CircuitBook(self.circuits, self.factory)
        self.roster = MemoryRoster(self.store, self.clock)
        self.workers = WorkerBook(self.roster)
        self.scaling = ScalingBook(
            self.inspector, self.policies, self.workers, self.clock, timedelta(seconds=30)
        )
        self.announcer = Announcer(MemoryEventBus(self.store), self.inspector, self.clock)
        self.background = BackgroundCalls(limit=3, grace=timedelta(seconds=5))
        self.service = self.service_with(self.queue, JobValidator())
        self.looks = 0
        self.executor = JobExecutor(
            self.handlers,
            self.metrics,
            self.clock,
            ExecutionOptions(max_result=1000),
            lambda: draw,
            breaker=CircuitBreaker(self.circuits, self.metrics, CircuitRule("", 3), lambda: draw),
        )
        self._turns = 0

    def service_with(self, queue: JobQueue, validator: JobValidator) -> BackgroundJobService:
        """Returns a service over another queue or other limits."""
        admission = Admission(self.policies)
        intake = Intake(self.factory, validator, self.clock, self.metrics, admission)
        books = Books(
            ScheduleBook(self.scheduler, ApschedulerTriggers(), queue, intake, self._look),
            QueueBook(self.policies, self.inspector, queue, self.factory),
            self.circuit_book,
            DeadLetterBook(queue, self.inspector, intake),
            self.workers,
            self.scaling,
            Explainer(
                self.inspector,
                self.policies,
                self.circuit_book,
                self.workers,
                self.factory,
                self.clock,
            ),
            MemoryJobLogs(self.store, self.clock),
        )
        here = ThisProcess(self.announcer, self.background)
        return BackgroundJobService(queue, self.inspector, intake, books, here)

    async def leased(self, job: BaseJob, **options: Unpack[Options]) -> Lease:
        """Submits a job and claims it."""
        await self.service.submit(job, **options)
        return await self.claimed(options.get("queue") or job.queue)

    async def claimed(self, queue: str = "default") -> Lease:
        """Claims the next job of a queue."""
        turn = await self.queue.turn(self._ticket(), [], [Claim(queue, 1)], LEASE_FOR)
        return turn.leases[0]

    async def carried_out(self, job: BaseJob, **options: Unpack[Options]) -> JobRecord:
        """Submits a job, makes one attempt of it, and returns what is kept of it then."""
        return await self.settled(await self.ran(await self.leased(job, **options)))

    async def ran(self, lease: Lease) -> Transition:
        """Makes the attempt of a lease."""
        return await self.executor.begin(lease).run()

    async def settled(self, transition: Transition) -> JobRecord:
        """Settles an end, again where a cancel came in between, and returns what is kept."""
        turn = await self.queue.turn(self._ticket(), [transition], [], LEASE_FOR)
        if turn.refused:
            again = [transition.despite_cancel()]
            turn = await self.queue.turn(self._ticket(), again, [], LEASE_FOR)
        assert not turn.refused
        return await self.service.get(transition.record.id)

    async def find_all(self) -> Sequence[JobRecord]:
        """Returns every job there is."""
        return (await self.service.find(limit=1000)).records

    async def after_crashes(self, job: BaseJob, crashes: int, crash_limit: int = 3) -> JobId:
        """Submits a job and lets its workers die so many times."""
        job_id = await self.service.submit(job)
        for _ in range(crashes):
            await self.claimed(job.queue)
            self.clock.advance(LEASE_FOR + timedelta(seconds=1))
            await self.freed(job.queue, crash_limit)
        return job_id

    async def freed(self, queue: str, crash_limit: int) -> None:
        """Frees the jobs whose leases have run out."""
        for lease in await self.queue.reclaim(self._ticket(), [queue], 10, LEASE_FOR):
            await self.settled(lease.expired(crash_limit, CRASH))

    async def alone(self, lease: Lease) -> None:
        """Marks a lease as that of a job which has its worker for itself."""
        held = lease.record.standing
        renewal = Renewal(lease.record.id, held.token, held.lane, alone=True)
        await self.queue.extend([renewal], LEASE_FOR)

    def _ticket(self) -> TurnTicket:
        self._turns += 1
        return TurnTicket("bench", self._turns)

    def _look(self) -> None:
        self.looks += 1
