"""The host's composition root: a subclass of jobsys's, so that there is one graph of objects."""

from dependency_injector.providers import Factory, Singleton

from examples.use_case.adapters import ConsoleMailer, UsersInMemory
from examples.use_case.sign_up import SendWelcome, SendWelcomeHandler, SignUp
from jobsys import JobsysContainer, Settings


class HostContainer(JobsysContainer):
    """Adds the host's adapters, its job types and its use cases to what jobsys brings."""

    def __init__(self, settings: Settings | None = None) -> None:
        super().__init__(settings)
        self.users = Singleton(UsersInMemory)
        # `mailer` is taken: it is what EmailJob uses.
        self.welcome_mailer = Singleton(ConsoleMailer)
        self.sign_up = Factory(SignUp, self.users, self.job_service)
        self.handlers().register(SendWelcome, Factory(SendWelcomeHandler, self.welcome_mailer))
