"""The container of a host application: everything of jobsys, made once and on demand."""

import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from dependency_injector.providers import Factory, Object, Singleton

from jobsys.adapters.sql.outbox_rows import SqlOutboxRows
from jobsys.adapters.sql.outbox_table import SqlOutboxTable
from jobsys.application.callbacks import C
from jobsys.application.dead_letter_desk import D
from jobsys.application.events import interest_in
from jobsys.application.handlers import HandlerFunction
from jobsys.application.lifecycle import Lifecycle
from jobsys.application.once import Once
from jobsys.application.outbox import Outbox
from jobsys.application.probes import Probes
from jobsys.application.relay import Relay
from jobsys.config import Settings
from jobsys.config.effective import origin, without_effect
from jobsys.container.metrics import MetricsWay
from jobsys.container.tracing import Tracing
from jobsys.domain.base_job import BaseJob
from jobsys.domain.dead_letter import DeadLetterFilter
from jobsys.domain.principal import Role
from jobsys.domain.status import JobStatus
from jobsys.ports.lifecycle import Component
from jobsys.ports.middleware import Middleware
from jobsys.ports.outbox import Connect

if TYPE_CHECKING:
    from jobsys.adapters.http.server import Server

log = logging.getLogger("jobsys.container")
J = TypeVar("J", bound=BaseJob)
T = TypeVar("T")

SURE_AFTER: Final = timedelta(seconds=10)
"""An appending Redis that syncs each second may lose two of them, a copy what it lags behind."""


class JobsysContainer(Tracing):
    """Everything that a host application needs of jobsys, made once and on demand.

    Each attribute is a provider: call it for the object, `override` it to swap an adapter.

    >>> container = JobsysContainer(settings=Settings(backend="memory://"))
    >>> container.handlers().queues()
    []
    """

    def __init__(self, settings: Settings | None = None) -> None:
        super().__init__(given := settings or Settings())
        self._decided_by = origin(given, ("worker", "enabled"))
        self._metrics_way = MetricsWay(given.metrics)
        self.runs_worker = Object(given.worker.enabled)
        self._relays: list[Callable[[], Component]] = []
        self.lifecycle = Singleton(self._new_lifecycle)
        ready = Object(lambda: not self.runs_worker() or self.worker().is_ready)
        self.probes = Singleton(Probes, self.survey, ready, given.backend.partition(":")[0])

    def handles(self, job_class: type[J]) -> Callable[[HandlerFunction[J]], HandlerFunction[J]]:
        """Decorates the function that carries out jobs of a class: `async def`, or `def`."""
        return self.handlers().handles(job_class)

    def use(self, middleware: Middleware) -> Middleware:
        """Puts a middleware around every handler, inside those that were named before it."""
        return self.handlers().use(middleware)

    def on_process_start(self, make: Callable[[], T]) -> Once[T]:
        """Decorates what each child process of a worker calls once, before its first job."""
        return self.handlers().on_process_start(make)

    def found_at(self, name: str) -> None:
        """Says by which name, as module:container, child processes find this container."""
        self.whereabouts().container = name

    def on(
        self, *statuses: JobStatus | str, queue: str | None = None, job_type: str | None = None
    ) -> Callable[[C], C]:
        """Decorates what is called when a job has reached a status: `@container.on("failed")`."""
        return self.callbacks().on(interest_in(statuses, queue, job_type))

    def on_dead_letter(
        self,
        *,
        queue: str | None = None,
        job_type: str | None = None,
        reason: str | None = None,
        error: str | None = None,
    ) -> Callable[[D], D]:
        """Decorates what is called, in the process that settled it, with a job that failed for good.

        At most once: a process that dies takes the calls that were due with it.
        """
        return self.dead_letter_desk().on(DeadLetterFilter(queue, job_type, reason, error))

    def lifespan(self, app: object) -> AbstractAsyncContextManager[None]:
        """Runs everything while an ASGI application runs: `FastAPI(lifespan=container.lifespan)`."""
        return self.lifecycle().lifespan(app)

    def enable_worker(self) -> None:
        """Makes the lifecycle run a worker, whatever the settings say."""
        self.runs_worker.override(Object(True))
        self._decided_by = "enable_worker()"

    def outbox(
        self,
        connect: Connect | None = None,
        *,
        table: str = "jobsys_outbox",
        sure_after: timedelta = SURE_AFTER,
    ) -> Outbox:
        """Returns what submits jobs in transactions of the host's own database.

        With `connect`, which opens a connection to that database, the lifecycle hands the jobs to
        the backend. Their rows are kept for as long as the backend may lose what it has accepted.
        """
        if connect is not None:
            relay = Factory(
                Relay,
                Factory(SqlOutboxRows, connect, table),
                self.backend,
                self.intake,
                sure_after,
            )
            self._relays.append(relay)
        return Outbox(self.intake, SqlOutboxTable(table))

    def dashboard(
        self,
        host: str | None = None,
        port: int | None = None,
        anonymous: Role | None = None,
    ) -> "Server":
        """Returns what serves the REST API, of a process that runs no jobs.

        Whatever is given wins over the settings.

        Raises:
            MissingExtra: what it needs is not installed.
            ConfigurationError: the settings let nobody use it, or not at this address.
        """
        from jobsys.adapters.http import open_server  # noqa: PLC0415 (one verb needs it)

        self.runs_worker.override(Object(False))
        self._decided_by = "dashboard()"
        return open_server(self, host, port, anonymous)

    def serve_metrics(self, port: int | None) -> None:
        """Makes the lifecycle serve metrics on this port, or nowhere, whatever the settings say.

        Raises:
            ConfigurationError: the settings switch metrics off.
        """
        self._metrics_way.serve(port)

    def serve_metrics_of_all(self, folder: Path) -> AbstractAsyncContextManager[None]:
        """Serves what the processes that share a folder have counted, where the settings say so."""
        return self._metrics_way.of_all(folder)

    def _new_lifecycle(self) -> Lifecycle:
        lifecycle = Lifecycle(self._components)
        lifecycle.on_start(self._tell_what_holds)
        return lifecycle

    def _components(self) -> Sequence[Component]:
        """Returns what is started, in this order, and stopped in the reverse of it."""
        metrics = self._metrics_way.components(self.metrics(), self.queue_gauges(), self.probes())
        store = [self.backend(), self.durability_check(), self.queue_setup(), *metrics]
        tellers = [self.callbacks(), self.announcer(), self.webhook_desk()]
        always = [*store, *tellers, *(relay() for relay in self._relays)]
        if not self.runs_worker():
            return [*always, self.background()]
        planners = [self.planner()] if self.settings().scheduler.enabled else []
        lines = [self.log_sender()] if self.settings().job_log.enabled else []
        letters = [self.alerts(), self.dead_letter_desk(), self.webhook_look_back()]
        keepers = [*lines, *letters, self.lease_keeper(), self.circuit_breaker()]
        timers = [self.card_shower(), self.ticker(), *planners, *self._archivists()]
        beside = [*always, self.background(), *keepers, *timers]
        return [*beside, self.process_runner(), self.rare_collection(), self.worker()]

    async def _tell_what_holds(self) -> None:
        runs = "runs" if self.runs_worker() else "does not run"
        log.info("a worker %s here, says: %s", runs, self._decided_by)
        idle = without_effect(self.settings())
        if idle:
            log.info("read, but without effect yet: %s", "; ".join(idle))
