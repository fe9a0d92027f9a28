"""Which workers are there, as far as a backend can see them die."""

from abc import abstractmethod
from collections.abc import Collection
from contextlib import AbstractAsyncContextManager
from typing import Protocol


class Presence(Protocol):
    """The workers of a deployment.

    Nobody is named by mistake for long, and never is anything lost by it: tokens fence a worker
    off whose leases were taken. Of a worker whose death cannot be seen the leases decide.
    """

    @abstractmethod
    def present(self, worker: str) -> AbstractAsyncContextManager[None]:
        """Shows in this event loop that a worker is there, until the block ends.

        A worker that has left is forgotten. To enter may last as long as the backend does not
        answer. Raises nothing: where the backend does not take it, the worker's leases decide.
        """

    @abstractmethod
    async def gone(self) -> Collection[str]:
        """Returns workers that were there and have died.

        A worker that lost its connection and comes back within a second is not named.
        """

    @abstractmethod
    async def known(self) -> int:
        """Returns how many workers are shown, those that died and are not forgotten among them.

        Where deaths cannot be seen there is nobody to look after, and it may say none.
        """

    @abstractmethod
    async def forget(self, workers: Collection[str]) -> None:
        """Names these no more; one that is there after all shows itself again."""
