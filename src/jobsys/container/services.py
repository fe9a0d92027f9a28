"""The service, and the books that it keeps."""

from dependency_injector.providers import Object, Singleton

from jobsys.application.books import Books
from jobsys.application.explaining import Explainer
from jobsys.application.overview import Survey
from jobsys.application.queue_setup import QueueSetup
from jobsys.application.queues import QueueBook
from jobsys.application.schedules import ScheduleBook
from jobsys.application.service import BackgroundJobService
from jobsys.application.this_process import ThisProcess
from jobsys.config import Settings
from jobsys.container.archiving import Archiving


class Services(Archiving):
    """What a host's use cases are given."""

    def __init__(self, given: Settings) -> None:
        super().__init__(given)
        self.schedules = Singleton(
            ScheduleBook,
            self.scheduler,
            self.triggers,
            self.job_queue,
            self.intake,
            self.planner.provided.look,
        )
        self.queues = Singleton(
            QueueBook, self.queue_policies, self.job_inspector, self.job_queue, self.job_factory
        )
        wanted = {name: queue.policy for name, queue in given.queues.items() if queue.policy}
        self.queue_setup = Singleton(QueueSetup, self.queues, Object(wanted))
        self._service()

    def _service(self) -> None:
        explainer = Singleton(
            Explainer,
            self.job_inspector,
            self.queue_policies,
            self.circuit_book,
            self.workers,
            self.job_factory,
            self.clock,
        )
        self.job_service = Singleton(
            BackgroundJobService,
            self.job_queue,
            self.job_inspector,
            self.intake,
            Singleton(
                Books,
                schedules=self.schedules,
                queues=self.queues,
                circuits=self.circuit_book,
                dead_letters=self.dead_letters,
                workers=self.workers,
                scaling=self.scaling,
                explainer=explainer,
                logs=self.job_logs,
            ),
            Singleton(ThisProcess, self.announcer, self.background, self.webhook_desk),
        )
        self.survey = Singleton(Survey, self.job_service, self.backend, self.clock)
