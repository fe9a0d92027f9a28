"""What everything else in the container stands on."""

from collections.abc import Iterator
from typing import cast

from dependency_injector.containers import DynamicContainer
from dependency_injector.providers import BaseSingleton, Object, Singleton

from jobsys.adapters.apscheduler.triggers import ApschedulerTriggers
from jobsys.adapters.memory.job_metrics import MemoryJobMetrics
from jobsys.adapters.null.job_metrics import NullJobMetrics
from jobsys.adapters.system.clock import SystemClock
from jobsys.application.announcer import Announcer
from jobsys.application.background import BackgroundCalls
from jobsys.application.callbacks import Callbacks
from jobsys.application.durability import DurabilityCheck
from jobsys.application.reporter import Reporter
from jobsys.config import Settings
from jobsys.container.backends import circuits_of, open_backend
from jobsys.container.log import open_log
from jobsys.ports.job_tracer import JobTracer


class Foundations(DynamicContainer):
    """The settings, the backend that they name, and what counts and tells what happens there."""

    def __init__(self, given: Settings) -> None:
        super().__init__()
        self.settings = Object(given)
        self.logging = Singleton(open_log, Object(given.log))
        self.clock = Singleton(SystemClock)
        self.tracer = Object[JobTracer | None](None)
        self.metrics = Singleton(MemoryJobMetrics if given.metrics.enabled else NullJobMetrics)
        self.backend = Singleton(open_backend, Object(given), self.clock)
        self.durability_check = Singleton(DurabilityCheck, self.backend, given.strict_durability)
        ports = self.backend.provided.ports
        self.job_queue = ports.queue
        self.job_inspector = ports.inspector
        self.scheduler = ports.scheduler
        self.queue_policies = ports.policies
        self.circuits = Singleton(circuits_of, self.backend, self.clock)
        self.event_bus = ports.events
        self.job_logs = ports.logs
        self.roster = ports.roster
        self.triggers = Singleton(ApschedulerTriggers)
        self.announcer = Singleton(Announcer, self.event_bus, self.job_inspector, self.clock)
        self.callbacks = Singleton(Callbacks, self.announcer.provided.listen)
        self.background = Singleton(BackgroundCalls, given.background.limit, given.worker.grace)
        self.reporter = Singleton(
            Reporter, self.metrics, self.clock, self.announcer.provided.announce
        )

    def renew(self, *names: str) -> None:
        """Makes anew, at its next use, what is built on these providers; they themselves stay."""
        changed = {self.providers[name] for name in names}
        made_once = cast("Iterator[BaseSingleton[object]]", self.traverse([BaseSingleton]))
        for provider in set(made_once) - changed:  # also those without a name
            if not changed.isdisjoint(provider.traverse()):
                provider.reset()
