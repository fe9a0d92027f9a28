"""The composition root: the only module that knows every adapter."""

import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Final, TypeVar

from dependency_injector.containers import DynamicContainer
from dependency_injector.providers import BaseSingleton, Factory, Object, Singleton

from jobsys.adapters.apscheduler.triggers import ApschedulerTriggers
from jobsys.adapters.asyncio.thread_worker_pool import ThreadWorkerPool
from jobsys.adapters.asyncio.worker_pool import AsyncioWorkerPool
from jobsys.adapters.filesystem.file_store import LocalFileStore
from jobsys.adapters.filesystem.folder_cleaner import LocalFolderCleaner
from jobsys.adapters.jinja2.mail_templates import JinjaMailTemplates
from jobsys.adapters.loguru.logging import LoguruLogging
from jobsys.adapters.memory.job_metrics import MemoryJobMetrics
from jobsys.adapters.pillow.image_tool import PillowImageTool
from jobsys.adapters.system.clock import SystemClock
from jobsys.application.announcer import Announcer
from jobsys.application.background import BackgroundCalls
from jobsys.application.builtin.cleanup import CleanupHandler
from jobsys.application.builtin.email import EmailHandler
from jobsys.application.builtin.file_processing import FileProcessingHandler
from jobsys.application.callbacks import C, Callbacks
from jobsys.application.events import interest_in
from jobsys.application.execution import ExecutionOptions, JobExecutor
from jobsys.application.floor import Floor, WorkerOptions
from jobsys.application.handlers import HandlerFunction, HandlerRegistry
from jobsys.application.intake import Intake
from jobsys.application.lifecycle import Lifecycle
from jobsys.application.planner import Planner
from jobsys.application.renewal import LeaseKeeper
from jobsys.application.schedules import ScheduleBook
from jobsys.application.service import BackgroundJobService
from jobsys.application.settler import Settler
from jobsys.application.this_process import ThisProcess
from jobsys.application.ticker import Ticker, TickerOptions
from jobsys.application.worker import Worker
from jobsys.config import Settings
from jobsys.config.effective import origin, without_effect
from jobsys.container.backends import open_backend
from jobsys.container.mail import open_mailer
from jobsys.domain.base_job import BaseJob
from jobsys.domain.errors import ConfigurationError
from jobsys.domain.factory import JobFactory
from jobsys.domain.jobs.cleanup import CleanupJob
from jobsys.domain.jobs.email import EmailJob
from jobsys.domain.jobs.file_processing import FileProcessingJob
from jobsys.domain.mail import Sender
from jobsys.domain.status import JobStatus
from jobsys.domain.validator import JobValidator
from jobsys.ports.lifecycle import Component
from jobsys.ports.middleware import Middleware

log = logging.getLogger("jobsys.container")

J = TypeVar("J", bound=BaseJob)

POOLS: Final = {"tasks": AsyncioWorkerPool, "threads": ThreadWorkerPool}
"""The worker pool of each setting's word."""


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
        self._decided_by = origin(given, ("worker", "enabled"))
        self.settings = Object(given)
        self.logging = Singleton(LoguruLogging, given.log.level, given.log.format == "json")
        self.runs_worker = Object(given.worker.enabled)
        self.clock = Singleton(SystemClock)
        self.metrics = Singleton(MemoryJobMetrics)
        self._domain(given)
        self._builtin(given)
        self._backend(given)
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
            BackgroundJobService,
            self.job_queue,
            self.job_inspector,
            self.intake,
            self.schedules,
            Singleton(ThisProcess, self.announcer, self.background),
        )
        self.lifecycle = Singleton(self._new_lifecycle)

    def handles(self, job_class: type[J]) -> Callable[[HandlerFunction[J]], HandlerFunction[J]]:
        """Decorates the function that carries out jobs of a class: `async def`, or `def`."""
        return self.handlers().handles(job_class)

    def use(self, middleware: Middleware) -> Middleware:
        """Puts a middleware around every handler, inside those that were named before it."""
        return self.handlers().use(middleware)

    def on(
        self, *statuses: JobStatus | str, queue: str | None = None, job_type: str | None = None
    ) -> Callable[[C], C]:
        """Decorates what is called when a job has reached a status: `@container.on("failed")`."""
        return self.callbacks().on(interest_in(statuses, queue, job_type))

    def lifespan(self, app: object) -> AbstractAsyncContextManager[None]:
        """Runs everything while an ASGI application runs: `FastAPI(lifespan=container.lifespan)`."""
        return self.lifecycle().lifespan(app)

    def enable_worker(self) -> None:
        """Makes the lifecycle run a worker, whatever the settings say."""
        self.runs_worker.override(Object(True))
        self._decided_by = "enable_worker()"

    def renew(self, *names: str) -> None:
        """Makes anew, at its next use, what is built on these providers; they themselves stay."""
        changed = {self.providers[name] for name in names}
        for provider in set(self.providers.values()) - changed:
            if isinstance(provider, BaseSingleton) and not changed.isdisjoint(provider.traverse()):
                provider.reset()

    def _domain(self, given: Settings) -> None:
        self.job_factory = Singleton(JobFactory, Object([CleanupJob, EmailJob, FileProcessingJob]))
        levels = {name: queue.levels for name, queue in given.queues.items()}
        self.job_validator = Singleton(
            JobValidator, given.max_payload, given.max_depth, Object(levels)
        )
        self.intake = Singleton(Intake, self.job_factory, self.job_validator, self.clock)
        self.handlers = Singleton(self._new_handlers, self.job_factory)

    def _builtin(self, given: Settings) -> None:
        self.file_store = Singleton(LocalFileStore, Object(given.files))
        self.image_tool = Singleton(PillowImageTool)
        self.file_processing_handler = Factory(
            FileProcessingHandler, self.file_store, self.image_tool
        )
        self.folder_cleaner = Singleton(LocalFolderCleaner, Object(given.files))
        self.cleanup_handler = Factory(CleanupHandler, self.folder_cleaner, self.clock)
        self.mailer = Singleton(open_mailer, Object(given.mail))
        self.mail_templates = Singleton(JinjaMailTemplates, given.mail.templates)
        sender = Object(Sender(given.mail.sender, given.mail.sender_name))
        self.email_handler = Factory(
            EmailHandler, self.mailer, self.mail_templates, sender, self.clock
        )

    def _backend(self, given: Settings) -> None:
        self.backend = Singleton(open_backend, Object(given), self.clock)
        self.job_queue = self.backend.provided.queue
        self.job_inspector = self.backend.provided.inspector
        self.scheduler = self.backend.provided.scheduler
        self.event_bus = self.backend.provided.events
        self.triggers = Singleton(ApschedulerTriggers)
        self.announcer = Singleton(Announcer, self.event_bus, self.job_inspector, self.clock)
        self.callbacks = Singleton(Callbacks, self.announcer.provided.listen)
        self.background = Singleton(BackgroundCalls, given.background.limit, given.worker.grace)

    def _worker(self, given: Settings) -> None:
        worker = given.worker
        defaults = ExecutionOptions(given.retry, given.timeout, given.max_result)
        self.executor = Singleton(JobExecutor, self.handlers, self.metrics, self.clock, defaults)
        self.worker_pool = Singleton(
            POOLS[worker.pool], self.executor.provided.begin, worker.concurrency
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
            self.announcer.provided.announce,
        )
        self.planner = Singleton(Planner, self.scheduler, self.triggers, Object(self._queues))
        options = WorkerOptions(worker.lease_for, worker.grace, worker.crash_limit, worker.slots)
        self.settler = Singleton(
            Settler, self.worker_pool, self.metrics, self.announcer.provided.announce
        )
        self.floor = Singleton(
            Floor, self.job_queue, self.worker_pool, self.lease_keeper, self.settler, options
        )
        self.worker = Singleton(Worker, self.floor, self.ticker, Object(self._queues))

    def _new_handlers(self, factory: JobFactory) -> HandlerRegistry:
        handlers = HandlerRegistry(factory)
        if self.settings().files:
            handlers.register(FileProcessingJob, self.file_processing_handler)
            handlers.register(CleanupJob, self.cleanup_handler)
        mail = self.settings().mail
        if mail.outbox or mail.smtp:
            handlers.register(EmailJob, self.email_handler)
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

    def _new_lifecycle(self) -> Lifecycle:
        lifecycle = Lifecycle(self._components)
        lifecycle.on_start(self._tell_what_holds)
        return lifecycle

    def _components(self) -> Sequence[Component]:
        """Returns what is started, in this order, and stopped in the reverse of it."""
        always = [self.backend(), self.callbacks(), self.announcer(), self.background()]
        if not self.runs_worker():
            return always
        planners = [self.planner()] if self.settings().scheduler.enabled else []
        return [*always, self.lease_keeper(), self.ticker(), *planners, self.worker()]

    async def _tell_what_holds(self) -> None:
        runs = "runs" if self.runs_worker() else "does not run"
        log.info("a worker %s here, says: %s", runs, self._decided_by)
        idle = without_effect(self.settings())
        if idle:
            log.info("read, but without effect yet: %s", "; ".join(idle))
