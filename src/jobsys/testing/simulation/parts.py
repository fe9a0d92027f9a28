"""The composition root of a simulation: what the container makes elsewhere."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import nullcontext
from datetime import timedelta
from random import Random
from typing import Final

from jobsys.adapters.apscheduler.triggers import ApschedulerTriggers
from jobsys.adapters.asyncio.worker_pool import AsyncioWorkerPool
from jobsys.adapters.memory.circuits import MemoryCircuits
from jobsys.adapters.memory.event_bus import MemoryEventBus
from jobsys.adapters.memory.job_logs import MemoryJobLogs
from jobsys.adapters.memory.queue_policies import MemoryQueuePolicies
from jobsys.adapters.memory.roster import MemoryRoster
from jobsys.adapters.memory.store import MemoryStore
from jobsys.adapters.null.job_metrics import NullJobMetrics
from jobsys.application.admission import Admission
from jobsys.application.announcer import Announcer
from jobsys.application.background import BackgroundCalls
from jobsys.application.books import Books
from jobsys.application.circuits import CircuitBook
from jobsys.application.dead_letters import DeadLetterBook
from jobsys.application.execution import JobExecutor
from jobsys.application.execution_options import DEFAULT_OPTIONS
from jobsys.application.explaining import Explainer
from jobsys.application.floor import Floor
from jobsys.application.handlers import HandlerRegistry
from jobsys.application.intake import Intake
from jobsys.application.lifecycle import Lifecycle
from jobsys.application.planner import Planner
from jobsys.application.queues import QueueBook
from jobsys.application.recovery import Recovery, RecoveryOptions
from jobsys.application.renewal import LeaseKeeper
from jobsys.application.reporter import Reporter
from jobsys.application.roll_call import RollCall
from jobsys.application.scaling import ScalingBook
from jobsys.application.schedules import ScheduleBook
from jobsys.application.service import BackgroundJobService
from jobsys.application.this_process import ThisProcess
from jobsys.application.ticker import Ticker, TickerOptions
from jobsys.application.worker import Worker
from jobsys.application.worker_options import WorkerOptions
from jobsys.application.workers import WorkerBook
from jobsys.domain.validator import JobValidator
from jobsys.ports.backend import Keeping
from jobsys.ports.clock import Clock
from jobsys.ports.job_inspector import JobInspector
from jobsys.ports.job_queue import JobQueue
from jobsys.ports.lifecycle import Component
from jobsys.ports.presence import Presence
from jobsys.ports.scheduler import Scheduler
from jobsys.testing.simulation.story import QUEUES

LEASE_FOR: Final = timedelta(seconds=3)
SLOTS: Final = 2
CRASH_LIMIT: Final = 2
OPTIONS: Final = TickerOptions(LEASE_FOR, interval=timedelta(seconds=1))


class Parts:
    """Makes what a worker's process and a client's run."""

    def __init__(self, handlers: HandlerRegistry, clock: Clock, chance: Random) -> None:
        self._handlers = handlers
        self._clock = clock
        self._chance = chance
        self._metrics = NullJobMetrics()
        self._triggers = ApschedulerTriggers()

    def lifecycle(
        self, queue: JobQueue, scheduler: Scheduler, presence: Presence, *, keeps_time: bool
    ) -> Lifecycle:
        """Returns what a worker's process runs; a ticker and a planner where it `keeps_time`."""
        draw, metrics, clock = self._chance.random, self._metrics, self._clock
        executor = JobExecutor(self._handlers, metrics, clock, DEFAULT_OPTIONS, draw)
        pool = AsyncioWorkerPool(executor.begin, SLOTS)
        keeping = Keeping(queue, presence)
        keeper = LeaseKeeper(lambda: nullcontext(keeping), LEASE_FOR, LEASE_FOR / 3, as_a_task)
        reporter = Reporter(metrics, clock, lambda _: None)
        limits = RecoveryOptions(LEASE_FOR, CRASH_LIMIT)
        roll_call = RollCall(presence, LEASE_FOR, lambda: keeper.worker)
        recovery = Recovery(queue, roll_call, clock, limits, reporter)
        ticker = Ticker(queue, clock, lambda: QUEUES, OPTIONS, recovery)
        options = WorkerOptions(LEASE_FOR, timedelta(seconds=1), CRASH_LIMIT, draw=draw)
        worker = Worker(Floor(queue, pool, keeper, reporter, options), ticker, lambda: QUEUES)
        planner = Planner(scheduler, self._triggers, lambda: QUEUES, metrics)
        timed: Sequence[Component] = [ticker, planner] if keeps_time else []
        return Lifecycle(lambda: [keeper, *timed, worker])

    def service(
        self, queue: JobQueue, scheduler: Scheduler, inspector: JobInspector
    ) -> BackgroundJobService:
        """Returns a client's service; nobody listens to what it announces."""
        policies = MemoryQueuePolicies(MemoryStore())
        admission = Admission(policies)
        intake = Intake(
            self._handlers.factory, JobValidator(), self._clock, self._metrics, admission
        )
        circuits = CircuitBook(MemoryCircuits(MemoryStore(), self._clock), self._handlers.factory)
        workers = WorkerBook(MemoryRoster(MemoryStore(), self._clock))
        books = Books(
            ScheduleBook(scheduler, self._triggers, queue, intake, lambda: None),
            QueueBook(policies, inspector, queue, self._handlers.factory),
            circuits,
            DeadLetterBook(queue, inspector, intake),
            workers,
            ScalingBook(inspector, policies, workers, self._clock, LEASE_FOR),
            Explainer(inspector, policies, circuits, workers, self._handlers.factory, self._clock),
            MemoryJobLogs(MemoryStore(), self._clock),
        )
        announcer = Announcer(MemoryEventBus(MemoryStore()), inspector, self._clock)
        here = ThisProcess(announcer, BackgroundCalls(1, LEASE_FOR))
        return BackgroundJobService(queue, inspector, intake, books, here)


def as_a_task(work: Callable[[], Coroutine[object, object, None]]) -> Callable[[], Awaitable[None]]:
    """Begins work beside the jobs as one more task of their loop: time is virtual, nothing blocks."""
    task = asyncio.get_running_loop().create_task(work())

    async def ended() -> None:
        await asyncio.wait([task])

    return ended
