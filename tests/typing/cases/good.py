"""What a user writes; every line type-checks."""

from datetime import timedelta

from dependency_injector import providers

from jobsys import (
    BackgroundJobService,
    BaseJob,
    CallNext,
    JobContext,
    JobHandler,
    JobId,
    JobNotice,
    JobPriority,
    JobRecord,
    JobStatus,
    JobsysContainer,
    RetryPolicy,
    Settings,
)
from jobsys.blocking import BlockingJobs, BlockingJobService, get_service
from jobsys.testing.job_kit import JobKit


class PhotoStore:
    """The user's own."""


class ResizePhoto(BaseJob):
    job_type = "resize_photo"
    retry = RetryPolicy(max_attempts=5, base=timedelta(seconds=1))
    photo_id: int
    width: int = 1080


class SendMail(BaseJob):
    to: str


class ResizePhotoHandler(JobHandler[ResizePhoto]):
    def __init__(self, photos: PhotoStore) -> None:
        self._photos = photos

    async def execute(self, job: ResizePhoto, context: JobContext) -> object:
        await context.progress(50, "half")
        return {"photo": job.photo_id, "attempt": context.attempt}


class SendMailHandler:
    def execute(self, job: SendMail, context: JobContext) -> None:
        context.log.info("to %s", job.to)


class AnyJobHandler:
    async def execute(self, job: BaseJob, context: JobContext) -> None:
        context.log.info("%s", job)


settings = Settings(
    backend="redis://localhost:6379/0",
    worker={"enabled": True, "concurrency": 5, "queues": ["a"], "lease_for": timedelta(seconds=5)},
)
container = JobsysContainer(settings=settings)
container.handlers().register(
    ResizePhoto, providers.Factory(ResizePhotoHandler, photos=PhotoStore())
)
container.handlers().register(SendMail, SendMailHandler)
container.handlers().register(ResizePhoto, AnyJobHandler)


@container.handles(SendMail)
async def send(job: SendMail, context: JobContext) -> str:
    return job.to


@container.handles(SendMail)
def send_in_a_thread(job: SendMail, context: JobContext) -> None:
    context.log.info(job.to)


@container.use
async def around(job: BaseJob, context: JobContext, call_next: CallNext) -> object:
    return await call_next(job.model_copy(update={"width": 1}))


@container.on("failed", JobStatus.CANCELLED, queue="mails")
async def ended(notice: JobNotice) -> None:
    await notify(notice.job_id, times=notice.attempt)


@container.on("completed")
def ended_in_a_thread(notice: JobNotice) -> None:
    print(notice.error.upper())


async def notify(job_id: str, *, times: int) -> None:
    """The user's own."""


async def use_case(jobs: BackgroundJobService) -> object:
    job_id = await jobs.submit(ResizePhoto(photo_id=7), priority=JobPriority.HIGH, delay="5s")
    await jobs.submit_many([SendMail(to="ada"), ResizePhoto(photo_id=8)], queue="mails")
    jobs.fire_and_forget(notify, job_id, times=3)
    async with jobs.events(statuses=["failed"], job_type="send_mail") as notices:
        async for notice in notices:
            await notify(notice.job_id, times=notices.lost)
    record = await jobs.wait(job_id, timeout=timedelta(seconds=10))
    return record.result


def blocking_use_case(jobs: BlockingJobService) -> object:
    job_id: JobId = jobs.submit(ResizePhoto(photo_id=7), priority=JobPriority.HIGH, delay="5s")
    jobs.schedule("nightly", SendMail(to="ada"), cron="0 2 * * *", queue="mails")
    jobs.schedules.pause("mails:nightly")
    return jobs.wait(job_id, timeout=timedelta(seconds=10)).result


def script() -> None:
    with BlockingJobs(container) as jobs:
        blocking_use_case(jobs)
    blocking_use_case(get_service(settings))


async def a_test(jobs: JobKit) -> list[SendMail]:
    await use_case(jobs.service)
    jobs.clock.advance("5m")
    ended: list[JobRecord] = await jobs.drain(raise_failures=False)
    jobs.assert_submitted(ResizePhoto, photo_id=7, count=len(ended))
    return jobs.submitted(SendMail)


async def main() -> None:
    async with container.lifecycle():
        await use_case(container.job_service())
