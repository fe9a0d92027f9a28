"""Listening to events without an event loop of one's own."""

from collections.abc import Iterator

from jobsys.application.events import JobNotices
from jobsys.application.service import BackgroundJobService
from jobsys.blocking.facade import Facade
from jobsys.domain.notice import JobNotice


class BlockingNotices(Iterator[JobNotice]):
    """Yields notices one by one, each as it comes; Ctrl-C ends the wait for the next one."""

    def __init__(self, service: Facade[BackgroundJobService], notices: JobNotices) -> None:
        self._service = service
        self._notices = notices

    @property
    def lost(self) -> int:
        """How many notices it was too slow for."""
        return self._notices.lost

    def __next__(self) -> JobNotice:
        try:
            return self._service.call(self._next)
        except StopAsyncIteration:
            raise StopIteration from None

    async def _next(self, _: BackgroundJobService) -> JobNotice:
        return await anext(self._notices)
