"""What runs jobs in this process."""

from logging import getLevelNamesMapping
from typing import Final

from dependency_injector.providers import Object, Singleton

from jobsys.adapters.asyncio.thread_worker_pool import ThreadWorkerPool
from jobsys.adapters.asyncio.worker_pool import AsyncioWorkerPool
from jobsys.adapters.system.garbage import RareCollection
from jobsys.application.card_shower import CardShower
from jobsys.application.card_writer import CardWriter
from jobsys.application.circuit_breaker import CircuitBreaker
from jobsys.application.execution import JobExecutor
from jobsys.application.execution_options import ExecutionOptions
from jobsys.application.floor import Floor
from jobsys.application.log_sender import LogSender
from jobsys.application.pace import Pace
from jobsys.application.traced_execution import traced_executor
from jobsys.application.worker import Worker
from jobsys.application.worker_options import WorkerOptions
from jobsys.config import Settings, WorkerSettings
from jobsys.container.upkeep import Upkeep

POOLS: Final = {"tasks": AsyncioWorkerPool, "threads": ThreadWorkerPool}
"""The worker pool of each setting's word."""


class Workers(Upkeep):
    """A worker, and what carries its jobs out."""

    def __init__(self, given: Settings) -> None:
        super().__init__(given)
        self._execution(given)
        self._worker(given.worker)

    def _execution(self, given: Settings) -> None:
        level = getLevelNamesMapping()[given.job_log.level]
        self.log_sender = Singleton(LogSender, Object(self.job_logs), self.clock, level)
        defaults = Singleton(
            ExecutionOptions,
            given.retry,
            given.timeout,
            given.max_result,
            lines=self.log_sender if given.job_log.enabled else None,
        )
        self.circuit_breaker = Singleton(
            CircuitBreaker, self.circuits, self.metrics, self.circuit_defaults
        )
        executor = Singleton(
            JobExecutor,
            self.handlers,
            self.metrics,
            self.clock,
            defaults,
            breaker=self.circuit_breaker,
        )
        self.executor = Singleton(traced_executor, executor, self.tracer)

    def _worker(self, worker: WorkerSettings) -> None:
        self.worker_pool = Singleton(
            POOLS[worker.pool], self.executor.provided.begin, worker.concurrency
        )
        options = WorkerOptions(
            worker.lease_for,
            worker.grace,
            worker.crash_limit,
            worker.slots,
            worker.reserved,
            names_of=lambda job_type: self.job_factory().names_of(job_type),
        )
        self.floor = Singleton(
            Floor, self.job_queue, self.worker_pool, self.lease_keeper, self.reporter, options
        )
        self.worker = Singleton(Worker, self.floor, self.ticker, Object(self._queues))
        pace = Singleton(Pace, self.reporter, self.metrics)
        writer = Singleton(CardWriter, self.worker, self.handlers, pace, self.metrics, self.clock)
        self.card_shower = Singleton(CardShower, self.roster, writer)
        self.rare_collection = Singleton(RareCollection, worker.gc_threshold)
