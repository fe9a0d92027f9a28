"""Who is told of the ends of jobs."""

from dependency_injector.providers import Singleton

from jobsys.application.webhook_desk import WebhookDesk
from jobsys.application.webhook_look_back import WebhookLookBack
from jobsys.application.webhook_maker import WebhookMaker
from jobsys.config import Settings
from jobsys.container.dead_letters import DeadLetters


class Webhooks(DeadLetters):
    """What makes the jobs that tell endpoints."""

    def __init__(self, given: Settings) -> None:
        super().__init__(given)
        maker = Singleton(WebhookMaker, self.webhook_endpoints, self.job_queue, self.intake)
        self.webhook_desk = Singleton(
            WebhookDesk, maker, self.job_inspector, self.reporter, self.clock
        )
        self.webhook_look_back = Singleton(WebhookLookBack, maker, self.job_inspector, self.clock)
