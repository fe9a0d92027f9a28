"""The test kit runs the jobs of a container that traces."""

from jobsys import BaseJob, JobContext, JobsysContainer, Settings
from jobsys.testing.job_kit import JobKit
from tests.support.spans import Spans


class Greet(BaseJob):
    """Says hello."""


async def test_a_container_that_traces_is_drained_as_any_other() -> None:
    container, spans = JobsysContainer(Settings(backend="memory://")), Spans()

    @container.handles(Greet)
    async def greet(job: Greet, context: JobContext) -> str:
        return "hello"

    spans.follow(container)
    with JobKit(container) as kit:
        await kit.service.submit(Greet())
        [record] = await kit.drain()
    assert record.result == "hello"
    assert spans.named("send default")
