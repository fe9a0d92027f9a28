"""What lives and ends with the process, and lies in no backend."""

from dataclasses import dataclass

from jobsys.application.announcer import Announcer
from jobsys.application.background import BackgroundCalls
from jobsys.application.webhook_desk import WebhookDesk
from jobsys.domain.job_id import JobId


@dataclass(frozen=True, slots=True)
class ThisProcess:
    """The parts of one process that the service speaks to."""

    announcer: Announcer
    background: BackgroundCalls
    webhooks: WebhookDesk | None = None

    def cancelled(self, job_id: JobId) -> None:
        """Tells whoever wants to know that a job was cancelled while it waited."""
        self.announcer.announce_cancelled(job_id)
        if self.webhooks is not None:
            self.webhooks.note_cancelled(job_id)
