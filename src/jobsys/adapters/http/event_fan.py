"""What becomes of jobs, told to however many look on."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

from jobsys.application.service import BackgroundJobService
from jobsys.domain.notice import NoticeInterest
from jobsys.ports.subscription import Subscription

log = logging.getLogger("jobsys.http")

MOST_WAITING: Final = 1_000
"""Notices that wait for one who is slow; beyond them the oldest are lost, and counted."""


class EventFan:
    """Listens once for all who look on, and to nothing while nobody does."""

    def __init__(self, jobs: BackgroundJobService) -> None:
        self._jobs = jobs
        self._viewers: set[Subscription] = set()
        self._lock = asyncio.Lock()
        self._listener: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def view(
        self, interest: NoticeInterest, limit: int = MOST_WAITING
    ) -> AsyncGenerator[Subscription]:
        """Looks on while the context is entered.

        Raises:
            QueueUnavailable: the backend does not answer.
        """
        async with self._lock:
            if self._listener is None or self._listener.done():
                await self._begin()
            viewer = Subscription(interest, limit)
            self._viewers.add(viewer)
        try:
            yield viewer
        finally:
            self._viewers.discard(viewer)
            if not self._viewers and self._listener is not None:
                self._listener.cancel()
                self._listener = None

    def close(self) -> None:
        """Ends what everybody looks at."""
        for viewer in self._viewers:
            viewer.close()

    async def _begin(self) -> None:
        """Returns once it is listened; raises what keeps it from that."""
        listening = asyncio.get_running_loop().create_future()
        listener = asyncio.create_task(self._listen(listening), name="jobsys-event-fan")
        try:
            await listening
        except BaseException:
            listener.cancel()
            raise
        self._listener = listener

    async def _listen(self, listening: "asyncio.Future[None]") -> None:
        try:
            async with self._jobs.events() as notices:
                listening.set_result(None)
                async for notice in notices:
                    for viewer in self._viewers:
                        viewer.offer([notice])
        except Exception as error:  # noqa: BLE001 (whatever it is, those who look on come again)
            if listening.done():
                log.warning("events are not told any more: %r", error)
            else:
                listening.set_exception(error)
        finally:
            if self._listener in {None, asyncio.current_task()}:  # else another tells them already
                self.close()
