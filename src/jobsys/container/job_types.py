"""The job types that ship, with what their handlers need, and the handlers of all others."""

from typing import Final

from dependency_injector.providers import Factory, Object, Singleton

from jobsys.adapters.filesystem.file_store import LocalFileStore
from jobsys.adapters.filesystem.folder_cleaner import LocalFolderCleaner
from jobsys.adapters.jinja2.mail_templates import JinjaMailTemplates
from jobsys.adapters.pillow.image_tool import PillowImageTool
from jobsys.adapters.process.process_runner import ChildOptions, ForkedProcessRunner
from jobsys.adapters.webhook.http_poster import GuardedHttpPoster
from jobsys.application.admission import Admission
from jobsys.application.builtin.cleanup import CleanupHandler
from jobsys.application.builtin.email import EmailHandler
from jobsys.application.builtin.file_processing import FileProcessingHandler
from jobsys.application.builtin.webhook import WebhookHandler
from jobsys.application.circuits import CircuitBook
from jobsys.application.handlers import HandlerRegistry
from jobsys.application.intake import Intake
from jobsys.application.isolation import Isolation
from jobsys.application.queue_gauges import QueueGauges
from jobsys.application.scaling import ScalingBook
from jobsys.application.traced_intake import traced_intake
from jobsys.application.workers import WorkerBook
from jobsys.config import MetricsSettings, Settings
from jobsys.container.endpoints import endpoints_of
from jobsys.container.foundations import Foundations
from jobsys.container.mail import open_mailer
from jobsys.container.whereabouts import OPENER, Whereabouts
from jobsys.domain.circuit import CircuitRule
from jobsys.domain.factory import JobFactory
from jobsys.domain.jobs.cleanup import CleanupJob
from jobsys.domain.jobs.email import EmailJob
from jobsys.domain.jobs.file_processing import FileProcessingJob
from jobsys.domain.jobs.webhook import WebhookJob
from jobsys.domain.mail import Sender
from jobsys.domain.validator import JobValidator

ANSWER_BESIDE: Final = 256 * 1024
"""How many bytes a child's answer may have beside a result: there are errors as well."""


class JobTypes(Foundations):
    """Which jobs can be submitted and carried out here."""

    def __init__(self, given: Settings) -> None:
        super().__init__(given)
        self._intake(given)
        self._children(given)
        self._builtin(given)

    def _intake(self, given: Settings) -> None:
        self.job_factory = Singleton(
            JobFactory, Object([CleanupJob, EmailJob, FileProcessingJob, WebhookJob])
        )
        levels = {name: queue.levels for name, queue in given.queues.items()}
        self.job_validator = Singleton(
            JobValidator, given.max_payload, given.max_depth, Object(levels)
        )
        intake = Singleton(
            Intake,
            self.job_factory,
            self.job_validator,
            self.clock,
            self.metrics,
            Singleton(Admission, self.queue_policies),
        )
        self.intake = Singleton(traced_intake, intake, self.tracer)
        circuit = CircuitRule("", given.circuit.failures, given.circuit.recover_after)
        self.circuit_defaults = Object(circuit)
        self.circuit_book = Singleton(
            CircuitBook, self.circuits, self.job_factory, self.circuit_defaults
        )
        self._gauges(given.metrics)

    def _gauges(self, given: MetricsSettings) -> None:
        self.workers = Singleton(WorkerBook, self.roster)
        self.scaling = Singleton(
            ScalingBook,
            self.job_inspector,
            self.queue_policies,
            self.workers,
            self.clock,
            given.wanted_within,
        )
        self.queue_gauges = Singleton(
            QueueGauges, self.scaling, self.circuit_book, self.metrics, given.collection_interval
        )

    def _children(self, given: Settings) -> None:
        self.whereabouts = Singleton(Whereabouts)
        self.process_runner = Singleton(
            ForkedProcessRunner,
            ChildOptions(
                given.worker.concurrency,
                OPENER,
                lambda: self.whereabouts().address(self.handlers()),
                given.max_result + ANSWER_BESIDE,
                given.children.recycle_after_jobs,
                given.children.recycle_above,
                lambda: bool(self.handlers().isolated()),
            ),
        )
        isolation = Singleton(Isolation, self.process_runner, given.max_result)
        self.handlers = Singleton(self._new_handlers, self.job_factory, isolation)

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

        self.http_poster = Singleton(GuardedHttpPoster, given.webhooks.ca)
        self.webhook_endpoints = Singleton(endpoints_of, Object(given.webhooks))
        self.webhook_handler = Factory(
            WebhookHandler, self.http_poster, self.webhook_endpoints, self.clock
        )

    def _new_handlers(self, factory: JobFactory, isolation: Isolation) -> HandlerRegistry:
        handlers = HandlerRegistry(factory, isolation)
        if self.settings().files:
            handlers.register(FileProcessingJob, self.file_processing_handler)
            handlers.register(CleanupJob, self.cleanup_handler)
        mail = self.settings().mail
        if mail.outbox or mail.smtp:
            handlers.register(EmailJob, self.email_handler)
        if self.settings().webhooks.endpoints:
            handlers.register(WebhookJob, self.webhook_handler)
        return handlers
