"""The service and its schedules for callers that block."""

from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime
from typing import TypeVar

from jobsys.application.schedules import ScheduleBook
from jobsys.application.service import BackgroundJobService
from jobsys.blocking.facade import Facade, blocking
from jobsys.domain.schedule import ScheduleRule

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

    def preview(
        self, rule: ScheduleRule, count: int = 5, start: datetime | None = None
    ) -> Sequence[datetime]:
        """Returns the first fire times later than `start` (now), in UTC; nothing is stored."""

        async def previewed(schedules: ScheduleBook) -> Sequence[datetime]:
            return schedules.preview(rule, count, start)

        return self.call(previewed)


class BlockingJobService(Facade[BackgroundJobService]):
    """`BackgroundJobService`, each method returning once it has been done; for any thread."""

    def __init__(self, jobs: Facade[BackgroundJobService]) -> None:
        self._jobs = jobs
        self.schedules = BlockingScheduleBook(self)

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
