"""Listening to events without an event loop of one's own."""

import os
from collections.abc import Iterator

from jobsys.application.events import JobNotices
from jobsys.application.service import BackgroundJobService
from jobsys.blocking.facade import Facade
from jobsys.domain.notice import JobNotice


class BlockingNotices(Iterator[JobNotice]):
    """Yields notices one by one, each as it comes; Ctrl-C ends the wait for the next one.

    They come to the process that listens, not to one that is forked from it.
    """

    def __init__(self, service: Facade[BackgroundJobService], notices: JobNotices) -> None:
        self._service = service
        self._notices = notices
        self._pid = os.getpid()

    @property
    def lost(self) -> int:
        """How many notices it was too slow for."""
        return self._notices.lost

    @property
    def is_inherited(self) -> bool:
        """True in a process that was forked from the one that listens."""
        return self._pid != os.getpid()

    def __next__(self) -> JobNotice:
        if self.is_inherited:
            raise RuntimeError(
                "these events come to the process from which this one was forked:"
                " listen here with jobs.events()"
            )
        try:
            return self._service.call(self._next)
        except StopAsyncIteration:
            raise StopIteration from None

    async def _next(self, _: BackgroundJobService) -> JobNotice:
        return await anext(self._notices)
