"""Where a listener's notices wait for it; what an adapter of `EventBus` hands out."""

import asyncio
import threading
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from typing import Final

from jobsys.domain.notice import JobNotice, NoticeInterest

LARGEST_BUFFER: Final = 10_000


class Subscription(AsyncIterator[Sequence[JobNotice]]):
    """Hands out, batch by batch, what was offered and is of interest; made in its loop's thread.

    It keeps at most `limit` notices; beyond them it loses the oldest, and counts them in `lost`.
    """

    def __init__(self, interest: NoticeInterest, limit: int = LARGEST_BUFFER) -> None:
        self.lost = 0
        self._interest = interest
        self._limit = limit
        self._waiting: deque[JobNotice] = deque(maxlen=limit)
        self._lock = threading.Lock()
        self._loop = asyncio.get_running_loop()
        self._rung = asyncio.Event()
        self._closed = False

    @property
    def is_closed(self) -> bool:
        """True once nothing more will come."""
        return self._closed or self._loop.is_closed()

    def offer(self, notices: Sequence[JobNotice]) -> None:
        """Keeps those of interest for the listener; from any thread, and never waits."""
        wanted = [notice for notice in notices if self._interest.takes(notice)]
        with self._lock:
            self.lost += max(len(self._waiting) + len(wanted) - self._limit, 0)
            was_empty = not self._waiting
            self._waiting.extend(wanted)
        if wanted and was_empty:
            self._ring()

    def missed(self, number: int) -> None:
        """Counts notices that were lost on their way here."""
        with self._lock:
            self.lost += number

    def close(self) -> None:
        """Ends the iteration, once what waits has been handed out."""
        self._closed = True
        self._ring()

    async def __anext__(self) -> Sequence[JobNotice]:
        while True:
            await self._rung.wait()
            with self._lock:
                taken = list(self._waiting)
                self._waiting.clear()
                if not self._closed:
                    self._rung.clear()
            if taken:
                return taken
            if self._closed:
                raise StopAsyncIteration

    def _ring(self) -> None:
        with suppress(RuntimeError):  # its loop has ended
            self._loop.call_soon_threadsafe(self._rung.set)
