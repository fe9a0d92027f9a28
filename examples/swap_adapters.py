"""Every part of the container can be another one: a mailer of the host's own, no metrics.

python -m examples.swap_adapters
"""

import asyncio

from dependency_injector.providers import Singleton

from jobsys import EmailJob, JobsysContainer, Settings
from jobsys.adapters.null.job_metrics import NullJobMetrics
from jobsys.domain.mail import Mail
from jobsys.ports.mailer import Mailer


class ConsoleMailer(Mailer):
    """An adapter of our own: what the port promises, and nothing of jobsys to inherit."""

    async def send(self, mail: Mail) -> None:
        print(f"to {', '.join(mail.to)}: {mail.content.subject}")


def build(settings: Settings | None = None) -> JobsysContainer:
    container = JobsysContainer(settings)
    # Override before the first use: what was made of the old part does not look for the new one.
    container.mailer.override(Singleton(ConsoleMailer))
    container.metrics.override(Singleton(NullJobMetrics))
    # The settings name no mail server, so nobody has registered the handler for us.
    container.handlers().register(EmailJob, container.email_handler)
    return container


async def main() -> None:
    container = build()
    async with container.lifecycle():
        jobs = container.job_service()
        mail = EmailJob(to="ada@example.org", subject="Hello", text="It works.")
        record = await jobs.wait(await jobs.submit(mail), timeout="10s")
    print(record.status, len(container.metrics().snapshot().readings), "families of metrics")


if __name__ == "__main__":
    asyncio.run(main())
