"""A program whose greetings fail for nobody, and an older one that submits what it cannot read."""

from jobsys import (
    BaseJob,
    JobContext,
    JobsysContainer,
    RetryPolicy,
    Settings,
)


class Greet(BaseJob):
    retry = RetryPolicy(max_attempts=1)
    name: str = "Ada"


class OldGreet(BaseJob):
    """What an older producer submits."""

    job_type = "greet"
    first_name: str = "Ada"


def program(settings: Settings) -> JobsysContainer:
    container = JobsysContainer(settings)

    @container.handles(Greet)
    async def greet(job: Greet, context: JobContext) -> str:
        if job.name == "nobody":
            raise LookupError(job.name)
        return f"Hello, {job.name}!"

    return container
