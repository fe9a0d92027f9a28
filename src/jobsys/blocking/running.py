"""What one process has opened."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import TYPE_CHECKING, Final, TypeVar

from jobsys.application.lifecycle import Lifecycle
from jobsys.application.service import BackgroundJobService
from jobsys.blocking.loop_thread import LoopThread

if TYPE_CHECKING:
    from jobsys.container import JobsysContainer

T = TypeVar("T")

LAST_CALLS: Final = timedelta(seconds=5)
"""How long the backend may take to close before the process goes on without it."""


class Running:
    """An event loop in a thread of its own, and in it all that a container needs but a worker."""

    def __init__(self, container: "JobsysContainer") -> None:
        self._service = container.job_service()
        self._backend = container.backend()
        self._durability_check = container.durability_check()
        self._announcer = container.announcer()
        self._background = container.background()
        self._thread = LoopThread()
        try:
            self._thread.call(self._started())
        except BaseException:
            self._thread.close(LAST_CALLS)
            raise

    def call(self, make: Callable[[BackgroundJobService], Coroutine[object, object, T]]) -> T:
        """Returns what a coroutine over the service returns."""
        return self._thread.call(make(self._service))

    def close(self) -> None:
        """Lets background calls end for their grace, disconnects, and ends the thread."""
        try:
            self._thread.call(self._stopped())
        finally:
            self._thread.close(LAST_CALLS)

    async def _started(self) -> None:
        store = [self._backend, self._durability_check]
        await Lifecycle(lambda: [*store, self._announcer, self._background]).start()

    async def _stopped(self) -> None:
        await self._background.stop()
        async with asyncio.timeout(LAST_CALLS.total_seconds()):
            await self._announcer.stop()
            await self._backend.stop()
