"""Deaths that a test tells of, as a backend would see them."""

from collections.abc import Collection
from contextlib import AbstractAsyncContextManager, nullcontext

from jobsys.ports.errors import QueueUnavailable
from jobsys.ports.presence import Presence


class SeenDeaths(Presence):
    """Names as gone whoever a test puts into `dead`; fails while it is `blind`."""

    def __init__(self, *dead: str) -> None:
        self.dead = list(dead)
        self.blind = False

    def present(self, worker: str) -> AbstractAsyncContextManager[None]:
        return nullcontext()

    async def gone(self) -> Collection[str]:
        if self.blind:
            raise QueueUnavailable("made up by a test")
        return list(self.dead)

    async def known(self) -> int:
        return len(self.dead)

    async def forget(self, workers: Collection[str]) -> None:
        self.dead = [worker for worker in self.dead if worker not in workers]
