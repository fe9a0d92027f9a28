"""A worker whose Redis refuses everything is not ready, and is again soon after that is over."""

from datetime import timedelta

from jobsys import JobContext, JobStatus, JobsysContainer, Settings
from jobsys.testing.faults.rules import answer_instead, any_of, untouched
from jobsys.testing.faults.tcp_proxy import TcpProxy
from tests.chaos.troubles import REFUSALS
from tests.support.workshop import Note, until

SOON = timedelta(seconds=30)


async def test_a_worker_is_not_ready_while_redis_refuses_whatever_it_says_and_is_again_afterwards(
    proxy: TcpProxy, proxied_url: str
) -> None:
    container = JobsysContainer(Settings(backend=proxied_url))

    @container.handles(Note)
    async def note(job: Note, context: JobContext) -> str:
        return job.name

    async with container.lifecycle():
        worker, jobs = container.worker(), container.job_service()
        assert worker.is_ready
        for reply in REFUSALS[:4]:
            proxy.obey(answer_instead(reply, any_of))
            await until(lambda: not worker.is_ready, SOON)
            await until(lambda: proxy.requests >= 3, SOON)
            assert not worker.is_ready
        proxy.obey(untouched)
        await until(lambda: worker.is_ready, SOON)
        done = await jobs.wait(await jobs.submit(Note(name="a")), SOON)
        assert done.status is JobStatus.COMPLETED
