"""The service and its books for callers that block."""

from collections.abc import Callable, Collection, Coroutine, Generator
from contextlib import AbstractAsyncContextManager, contextmanager
from typing import ParamSpec, TypeVar

from jobsys.application.dead_letters import DeadLetterBook
from jobsys.application.events import JobNotices
from jobsys.application.schedules import ScheduleBook
from jobsys.application.service import BackgroundJobService
from jobsys.blocking.facade import Facade, blocking, in_the_loop
from jobsys.blocking.notices import BlockingNotices
from jobsys.domain.status import JobStatus

Listening = AbstractAsyncContextManager[JobNotices]
P = ParamSpec("P")
T = TypeVar("T")


class BlockingScheduleBook(Facade[ScheduleBook]):
    """`BackgroundJobService.schedules`, each method returning once it has been done."""

    def __init__(self, service: Facade[BackgroundJobService]) -> None:
        self._service = service

    def call(self, make: Callable[[ScheduleBook], Coroutine[object, object, T]]) -> T:
        """Returns what a coroutine over the schedules returns."""
        return self._service.call(lambda service: make(service.schedules))

    add = blocking(ScheduleBook.add)
    add_by_name = blocking(ScheduleBook.add_by_name)
    find = blocking(ScheduleBook.find)
    get = blocking(ScheduleBook.get)
    remove = blocking(ScheduleBook.remove)
    pause = blocking(ScheduleBook.pause)
    resume = blocking(ScheduleBook.resume)
    run_now = blocking(ScheduleBook.run_now)
    preview = in_the_loop(ScheduleBook.preview)


class BlockingDeadLetterBook(Facade[DeadLetterBook]):
    """`BackgroundJobService.dead_letters`, each method returning once it has been done."""

    def __init__(self, service: Facade[BackgroundJobService]) -> None:
        self._service = service

    def call(self, make: Callable[[DeadLetterBook], Coroutine[object, object, T]]) -> T:
        """Returns what a coroutine over the dead letters returns."""
        return self._service.call(lambda service: make(service.dead_letters))

    find = blocking(DeadLetterBook.find)
    summary = blocking(DeadLetterBook.summary)
    replay = blocking(DeadLetterBook.replay)
    replay_many = blocking(DeadLetterBook.replay_many)
    replay_matching = blocking(DeadLetterBook.replay_matching)
    edit = blocking(DeadLetterBook.edit)
    purge = blocking(DeadLetterBook.purge)


class BlockingJobService(Facade[BackgroundJobService]):
    """`BackgroundJobService`, each method returning once it has been done; for any thread."""

    def __init__(self, jobs: Facade[BackgroundJobService]) -> None:
        self._jobs = jobs
        self.schedules = BlockingScheduleBook(self)
        self.dead_letters = BlockingDeadLetterBook(self)

    def call(self, make: Callable[[BackgroundJobService], Coroutine[object, object, T]]) -> T:
        """Returns what a coroutine over the async service returns."""
        return self._jobs.call(make)

    submit = blocking(BackgroundJobService.submit)
    submit_many = blocking(BackgroundJobService.submit_many)
    submit_by_name = blocking(BackgroundJobService.submit_by_name)
    schedule = blocking(BackgroundJobService.schedule)
    get = blocking(BackgroundJobService.get)
    find = blocking(BackgroundJobService.find)
    counts = blocking(BackgroundJobService.counts)
    wait = blocking(BackgroundJobService.wait)
    cancel = blocking(BackgroundJobService.cancel)
    retry = blocking(BackgroundJobService.retry)

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
