"""A use case of the host: it is given the service, and knows neither backend nor container."""

from dataclasses import dataclass
from typing import Protocol

from jobsys import BackgroundJobService, BaseJob, JobContext, JobHandler, JobId


class Users(Protocol):
    """A port of the host's own."""

    async def add(self, address: str) -> int: ...


class Mailer(Protocol):
    async def send(self, to: str, text: str) -> None: ...


class SendWelcome(BaseJob):
    to: str


class SendWelcomeHandler(JobHandler[SendWelcome]):
    def __init__(self, mailer: Mailer) -> None:
        self._mailer = mailer

    async def execute(self, job: SendWelcome, context: JobContext) -> None:
        await self._mailer.send(job.to, "Welcome!")


@dataclass(frozen=True)
class SignUp:
    users: Users
    jobs: BackgroundJobService

    async def run(self, address: str) -> JobId:
        user = await self.users.add(address)
        # The key makes it safe to sign up again after an answer that was lost.
        return await self.jobs.submit(SendWelcome(to=address), key=f"welcome-{user}")
