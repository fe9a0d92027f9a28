"""Carrying out mail jobs."""

from collections.abc import Mapping

from jobsys.application.threads import in_thread
from jobsys.domain.jobs.email import EmailJob
from jobsys.domain.mail import Mail, MailContent, Sender
from jobsys.ports.clock import Clock
from jobsys.ports.job_handler import JobContext, JobHandler
from jobsys.ports.mail_templates import MailTemplates
from jobsys.ports.mailer import Mailer


class EmailHandler(JobHandler[EmailJob]):
    """Fills the template, if the job names one, and hands the mail over.

    The result has the mail's `message_id`, the same for each attempt, and how many `recipients`.
    """

    def __init__(
        self, mailer: Mailer, templates: MailTemplates, sender: Sender, clock: Clock
    ) -> None:
        self._mailer = mailer
        self._templates = templates
        self._sender = sender
        self._clock = clock

    async def execute(self, job: EmailJob, context: JobContext) -> Mapping[str, str | int]:
        """Returns what was sent.

        Raises:
            MailRefused: it will never be taken as it is.
            MailerUnavailable: it was not taken now.

        """
        mail = Mail(
            key=context.idempotency_key,
            sender=self._sender,
            to=job.recipients,
            content=await self._content_of(job),
            sent_at=self._clock.now(),
        )
        await self._mailer.send(mail)
        return {"message_id": mail.message_id, "recipients": len(mail.to)}

    async def _content_of(self, job: EmailJob) -> MailContent:
        if not job.template:
            return MailContent(job.subject, job.text, job.html)
        filled = await in_thread(self._templates.render, job.template, job.data)
        return MailContent(job.subject or filled.subject, filled.text, filled.html)
