"""Who is there in memory: everybody, for as long as the process lives."""

from collections.abc import Collection
from contextlib import AbstractAsyncContextManager, nullcontext

from jobsys.ports.presence import Presence


class MemoryPresence(Presence):
    """Names nobody: whoever could die here takes the jobs along."""

    def present(self, worker: str) -> AbstractAsyncContextManager[None]:
        return nullcontext()

    async def gone(self) -> Collection[str]:
        return ()

    async def known(self) -> int:
        return 0

    async def forget(self, workers: Collection[str]) -> None:
        """Has nobody to forget."""
