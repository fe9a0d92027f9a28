"""What handlers log in a test is read as anywhere else."""

from jobsys import BaseJob, JobContext, JobsysContainer, Settings
from jobsys.testing.job_kit import JobKit


class Tell(BaseJob):
    """A job that says what it does."""


async def test_what_a_handler_logs_in_a_drain_is_kept_with_its_job() -> None:
    container = JobsysContainer(Settings(backend="memory://"))

    @container.handles(Tell)
    async def tell(job: Tell, context: JobContext) -> None:
        context.log.info("told at %s", context.job_id)

    with JobKit(container) as kit:
        for _ in range(2):
            job_id = await kit.service.submit(Tell())
            await kit.drain()
            [line] = (await kit.service.log(job_id)).lines
            assert (line.text, line.at) == (f"told at {job_id}", kit.clock.now())
