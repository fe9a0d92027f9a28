"""The service for callers that block."""

from collections.abc import Callable, Collection, Coroutine, Generator
from contextlib import AbstractAsyncContextManager, contextmanager
from typing import ParamSpec, TypeVar

from jobsys.application.events import JobNotices
from jobsys.application.service import BackgroundJobService
from jobsys.blocking.books import (
    BlockingCircuitBook,
    BlockingDeadLetterBook,
    BlockingQueueBook,
    BlockingScalingBook,
    BlockingScheduleBook,
    BlockingWorkerBook,
)
from jobsys.blocking.facade import Facade, blocking, streaming
from jobsys.blocking.notices import BlockingNotices
from jobsys.domain.status import JobStatus

Listening = AbstractAsyncContextManager[JobNotices]
P = ParamSpec("P")
T = TypeVar("T")


class BlockingJobService(Facade[BackgroundJobService]):
    """`BackgroundJobService`, each method returning once it has been done; for any thread."""

    def __init__(self, jobs: Facade[BackgroundJobService]) -> None:
        self._jobs = jobs
        self.schedules = BlockingScheduleBook(self, lambda service: service.schedules)
        self.queues = BlockingQueueBook(self, lambda service: service.queues)
        self.circuits = BlockingCircuitBook(self, lambda service: service.circuits)
        self.workers = BlockingWorkerBook(self, lambda service: service.workers)
        self.scaling = BlockingScalingBook(self, lambda service: service.scaling)
        self.dead_letters = BlockingDeadLetterBook(self, lambda service: service.dead_letters)

    def call(self, make: Callable[[BackgroundJobService], Coroutine[object, object, T]]) -> T:
        """Returns what a coroutine over the async service returns."""
        return self._jobs.call(make)

    submit = blocking(BackgroundJobService.submit)
    submit_many = blocking(BackgroundJobService.submit_many)
    submit_by_name = blocking(BackgroundJobService.submit_by_name)
    schedule = blocking(BackgroundJobService.schedule)
    get = blocking(BackgroundJobService.get)
    find = blocking(BackgroundJobService.find)
    search = blocking(BackgroundJobService.search)
    named = blocking(BackgroundJobService.named)
    counts = blocking(BackgroundJobService.counts)
    wait = blocking(BackgroundJobService.wait)
    log = blocking(BackgroundJobService.log)
    follow_log = streaming(BackgroundJobService.follow_log)
    as_completed = streaming(BackgroundJobService.as_completed)
    cancel = blocking(BackgroundJobService.cancel)
    retry = blocking(BackgroundJobService.retry)
    explain = blocking(BackgroundJobService.explain)
    change = blocking(BackgroundJobService.change)

    def fire_and_forget(
        self, function: Callable[P, object], *args: P.args, **kwargs: P.kwargs
    ) -> None:
        """Begins a call in this process and returns at once; at most once, and not a job.

        A plain function runs in a thread of its own, a coroutine in the event loop of the service;
        `close`, or the end of the program, lets calls end for the `worker.grace` of the settings.

        Raises:
            BackgroundFull: as many calls as the limit allows run already.
        """

        async def begun(service: BackgroundJobService) -> None:
            service.fire_and_forget(function, *args, **kwargs)

        self.call(begun)

    @contextmanager
    def events(
        self,
        *,
        statuses: Collection[JobStatus | str] = (),
        queue: str | None = None,
        job_type: str | None = None,
    ) -> Generator[BlockingNotices]:
        """Listens to what becomes of jobs in any process; an iterator, at most once.

        Raises:
            InvalidJob: there is no such status, or what is named is no name.
            QueueUnavailable: the backend does not answer.
        """

        async def entered(service: BackgroundJobService) -> tuple[Listening, JobNotices]:
            listening = service.events(statuses=statuses, queue=queue, job_type=job_type)
            return listening, await listening.__aenter__()

        async def left(_: BackgroundJobService) -> None:
            await listening.__aexit__(None, None, None)

        listening, joined = self.call(entered)
        notices = BlockingNotices(self, joined)
        try:
            yield notices
        finally:
            if not notices.is_inherited:
                self.call(left)
