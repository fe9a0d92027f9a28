"""Who waits for work in memory, across threads and event loops."""

import asyncio
from collections.abc import Collection


class Waiters:
    """Wakes one waiter per arrival, in the order in which they began to wait."""

    def __init__(self) -> None:
        self._waiting: list[tuple[asyncio.Future[str], Collection[str]]] = []

    def enter(self, queues: Collection[str]) -> asyncio.Future[str]:
        """Begins a wait; the future's result is the queue in which work arrived."""
        woken: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._waiting.append((woken, queues))
        return woken

    def leave(self, woken: asyncio.Future[str]) -> None:
        """Ends a wait that was not woken."""
        self._waiting = [waiter for waiter in self._waiting if waiter[0] is not woken]

    def wake_one(self, queue: str) -> None:
        """Wakes the first waiter that listens to this queue."""
        for index, (woken, queues) in enumerate(self._waiting):
            if queue in queues:
                del self._waiting[index]
                woken.get_loop().call_soon_threadsafe(_answer, woken, queue)
                return


def _answer(woken: asyncio.Future[str], queue: str) -> None:
    if not woken.done():
        woken.set_result(queue)
