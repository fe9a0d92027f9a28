"""The application whose worker does nothing, as often as it can."""

from jobsys import BaseJob, JobContext, JobsysContainer


class Noop(BaseJob):
    """Does nothing."""


container = JobsysContainer()


@container.handles(Noop)
async def noop(job: Noop, context: JobContext) -> None:
    """Carries it out."""
