"""What runs jobs in this process."""

from collections.abc import Sequence
from typing import Final

from dependency_injector.providers import Object, Singleton

from jobsys.adapters.asyncio.thread_worker_pool import ThreadWorkerPool
from jobsys.adapters.asyncio.worker_pool import AsyncioWorkerPool
from jobsys.application.execution import JobExecutor
from jobsys.application.execution_options import ExecutionOptions
from jobsys.application.floor import Floor, WorkerOptions
from jobsys.application.planner import Planner
from jobsys.application.recovery import Recovery, RecoveryOptions
from jobsys.application.renewal import LeaseKeeper
from jobsys.application.roll_call import RollCall
from jobsys.application.ticker import Ticker, TickerOptions
from jobsys.application.worker import Worker
from jobsys.config import Settings
from jobsys.container.job_types import JobTypes
from jobsys.domain.errors import ConfigurationError

POOLS: Final = {"tasks": AsyncioWorkerPool, "threads": ThreadWorkerPool}
"""The worker pool of each setting's word."""


class Workers(JobTypes):
    """A worker, and what keeps its leases, its time and its schedules."""

    def __init__(self, given: Settings) -> None:
        super().__init__(given)
        worker = given.worker
        defaults = ExecutionOptions(given.retry, given.timeout, given.max_result)
        self.executor = Singleton(JobExecutor, self.handlers, self.metrics, self.clock, defaults)
        self.worker_pool = Singleton(
            POOLS[worker.pool], self.executor.provided.begin, worker.concurrency
        )
        self.lease_keeper = Singleton(
            LeaseKeeper,
            self.backend.provided.open_keeping,
            worker.lease_for,
            worker.renewal_pause,
        )
        recovery = Singleton(
            Recovery,
            self.job_queue,
            Singleton(
                RollCall,
                self.backend.provided.presence,
                worker.lease_for,
                Object(lambda: self.lease_keeper().worker),
            ),
            self.clock,
            RecoveryOptions(worker.lease_for, worker.crash_limit),
            self.reporter,
        )
        self.ticker = Singleton(
            Ticker,
            self.job_queue,
            self.clock,
            Object(self._queues),
            TickerOptions(worker.lease_for),
            recovery,
        )
        self.planner = Singleton(
            Planner, self.scheduler, self.triggers, Object(self._queues), self.metrics
        )
        options = WorkerOptions(worker.lease_for, worker.grace, worker.crash_limit, worker.slots)
        self.floor = Singleton(
            Floor, self.job_queue, self.worker_pool, self.lease_keeper, self.reporter, options
        )
        self.worker = Singleton(Worker, self.floor, self.ticker, Object(self._queues))

    def _queues(self) -> Sequence[str]:
        """Returns the queues that this process serves."""
        queues = self.settings().worker.queues or self.handlers().queues()
        if not self.handlers().queues():
            raise ConfigurationError(
                "the worker has no handler: register one before the start, or say"
                " worker={'enabled': False} in a process that only submits"
            )
        return list(queues)
