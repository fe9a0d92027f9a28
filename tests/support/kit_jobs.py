"""A container whose jobs the tests of the test kit run."""

from datetime import timedelta

from jobsys import BaseJob, JobContext, JobsysContainer, RetryPolicy, Settings


class Count(BaseJob):
    """Submits the next number until there is none."""

    left: int = 0
    retry = RetryPolicy(max_attempts=3, base=timedelta(seconds=10))


class Fail(BaseJob):
    """Fails with the text that it carries."""

    text: str
    retry = RetryPolicy(max_attempts=2, base=timedelta(seconds=10))


class Unhandled(BaseJob):
    """Nobody carries this out."""


def kit_container() -> JobsysContainer:
    """Returns a container whose own backend cannot be opened: a test that used it would fail."""
    container = JobsysContainer(Settings(backend="sqlite:////no/such/folder/jobs.db"))

    @container.handles(Count)
    async def count(job: Count, context: JobContext) -> int:
        if job.left:
            await container.job_service().submit(Count(left=job.left - 1), queue="later")
        return job.left

    @container.handles(Fail)
    def fail(job: Fail, context: JobContext) -> None:
        raise ValueError(job.text)

    return container
