"""The composition root: the only module that knows every adapter."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import TypeVar

from dependency_injector.containers import DynamicContainer
from dependency_injector.providers import Factory, Object, Singleton

from jobsys.adapters.apscheduler.triggers import ApschedulerTriggers
from jobsys.adapters.asyncio.worker_pool import AsyncioWorkerPool
from jobsys.adapters.filesystem.file_store import LocalFileStore
from jobsys.adapters.memory.job_metrics import MemoryJobMetrics
from jobsys.adapters.null.job_metrics import NullJobMetrics
from jobsys.adapters.pillow.image_tool import PillowImageTool
from jobsys.adapters.system.clock import SystemClock
from jobsys.application.builtin.file_processing import FileProcessingHandler
from jobsys.application.execution import JobExecutor
from jobsys.application.floor import Floor, WorkerOptions
from jobsys.application.handlers import HandlerFunction, HandlerRegistry
from jobsys.application.intake import Intake
from jobsys.application.lifecycle import Lifecycle
from jobsys.application.metering import Meter
from jobsys.application.planner import Planner
from jobsys.application.queue_gauges import QueueGauges
from jobsys.application.renewal import LeaseKeeper
from jobsys.application.schedules import ScheduleBook
from jobsys.application.service import BackgroundJobService
from jobsys.application.ticker import Ticker, TickerOptions
from jobsys.application.worker import Worker
from jobsys.backends import open_backend
from jobsys.config import MetricsSettings, Settings
from jobsys.domain.base_job import BaseJob
from jobsys.domain.errors import ConfigurationError
from jobsys.domain.factory import JobFactory
from jobsys.domain.jobs.file_processing import FileProcessingJob
from jobsys.domain.validator import JobValidator
from jobsys.ports.lifecycle import Component

J = TypeVar("J", bound=BaseJob)


class JobsysContainer(DynamicContainer):
    """Everything that a host application needs of jobsys, made once and on demand.

    Each attribute is a provider: call it for the object, `override` it to swap an adapter.

    >>> container = JobsysContainer(settings=Settings(backend="memory://"))
    >>> container.handlers().queues()
    []
    """

    def __init__(self, settings: Settings | None = None) -> None:
        super().__init__()
        given = settings or Settings()
        self._runs_worker = given.worker.enabled
        self._metrics_port = given.metrics.port
        self.settings = Object(given)
        self.clock = Singleton(SystemClock)
        self.metrics = Singleton(MemoryJobMetrics if given.metrics.enabled else NullJobMetrics)
        self._domain(given)
        self._backend(given)
        self._metrics(given.metrics)
        self._worker(given)
        self.schedules = Singleton(
            ScheduleBook,
            self.scheduler,
            self.triggers,
            self.job_queue,
            self.intake,
            self.planner.provided.look,
        )
        self.job_service = Singleton(
            BackgroundJobService, self.job_queue, self.job_inspector, self.intake, self.schedules
        )
        self.lifecycle = Singleton(Lifecycle, Object(self._components))

    def handles(self, job_class: type[J]) -> Callable[[HandlerFunction[J]], HandlerFunction[J]]:
        """Decorates the function that carries out jobs of a class: `async def`, or `def`."""
        return self.handlers().handles(job_class)

    def lifespan(self, app: object) -> AbstractAsyncContextManager[None]:
        """Runs everything while an ASGI application runs: `FastAPI(lifespan=container.lifespan)`."""
        return self.lifecycle().lifespan(app)

    def enable_worker(self) -> None:
        """Makes the lifecycle run a worker, whatever the settings say."""
        self._runs_worker = True

    def serve_metrics(self, port: int) -> None:
        """Makes the lifecycle serve metrics on this port, whatever the settings say.

        Raises:
            ConfigurationError: the settings switch metrics off.
        """
        if not self.settings().metrics.enabled:
            raise ConfigurationError("metrics are switched off: there is nothing to serve")
        self._metrics_port = port

    def _domain(self, given: Settings) -> None:
        self.job_factory = Singleton(JobFactory, Object([FileProcessingJob]))
        self.job_validator = Singleton(JobValidator, given.max_payload, given.max_depth)
        self.intake = Singleton(
            Intake, self.job_factory, self.job_validator, self.clock, self.metrics
        )
        self.file_store = Singleton(LocalFileStore, Object(given.files))
        self.image_tool = Singleton(PillowImageTool)
        self.file_processing_handler = Factory(
            FileProcessingHandler, self.file_store, self.image_tool
        )
        self.handlers = Singleton(self._new_handlers, self.job_factory)

    def _backend(self, given: Settings) -> None:
        self.backend = Singleton(open_backend, Object(given), self.clock)
        self.job_queue = self.backend.provided.queue
        self.job_inspector = self.backend.provided.inspector
        self.scheduler = self.backend.provided.scheduler
        self.triggers = Singleton(ApschedulerTriggers)

    def _metrics(self, given: MetricsSettings) -> None:
        self.meter = Singleton(Meter, self.metrics, self.clock)
        self.queue_gauges = Singleton(
            QueueGauges, self.job_inspector, self.metrics, given.collection_interval
        )

    def _worker(self, given: Settings) -> None:
        worker = given.worker
        self.executor = Singleton(JobExecutor, self.handlers, self.metrics, self.clock)
        self.worker_pool = Singleton(
            AsyncioWorkerPool, self.executor.provided.begin, worker.concurrency
        )
        self.lease_keeper = Singleton(
            LeaseKeeper, self.backend.provided.open_queue, worker.lease_for, worker.renewal_pause
        )
        self.ticker = Singleton(
            Ticker,
            self.job_queue,
            self.clock,
            Object(self._queues),
            TickerOptions(worker.lease_for, worker.crash_limit),
            self.meter,
        )
        self.planner = Singleton(
            Planner, self.scheduler, self.triggers, Object(self._queues), self.metrics
        )
        options = WorkerOptions(worker.lease_for, worker.grace, worker.crash_limit)
        self.floor = Singleton(
            Floor, self.job_queue, self.worker_pool, self.lease_keeper, self.meter, options
        )
        self.worker = Singleton(Worker, self.floor, self.ticker, Object(self._queues))

    def _new_handlers(self, factory: JobFactory) -> HandlerRegistry:
        handlers = HandlerRegistry(factory)
        if self.settings().files:
            handlers.register(FileProcessingJob, self.file_processing_handler)
        return handlers

    def _queues(self) -> Sequence[str]:
        """Returns the queues that this process serves."""
        queues = self.settings().worker.queues or self.handlers().queues()
        if not self.handlers().queues():
            raise ConfigurationError(
                "the worker has no handler: register one before the start, or say"
                " worker={'enabled': False} in a process that only submits"
            )
        return list(queues)

    def _components(self) -> Sequence[Component]:
        """Returns what is started, in this order, and stopped in the reverse of it."""
        components = [self.backend(), *self._metrics_components()]
        if self._runs_worker:
            components += [self.lease_keeper(), self.ticker(), self.planner(), self.worker()]
        return components

    def _metrics_components(self) -> Sequence[Component]:
        """Returns what samples and serves metrics; Prometheus is loaded only where it is wanted."""
        given, port = self.settings().metrics, self._metrics_port
        if not given.enabled:
            return []
        if port is None and given.shared_folder is None:
            return [self.queue_gauges()]
        from jobsys.adapters.prometheus.exposition import exposition  # noqa: PLC0415

        address = None if port is None else (given.host, port)
        served = exposition(self.metrics(), given.namespace, address, given.shared_folder)
        return [self.queue_gauges(), *served]
