"""What the anchor asks of a technology."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Final, Protocol

LEASE_MS: Final = 30_000

Job = tuple[bytes, bytes, bytes]
"""An id, a kind and a payload."""


class Store(Protocol):
    """Bare at-least-once storage: a record, a lease, an outcome."""

    @abstractmethod
    async def put(self, kind: str, payloads: Sequence[bytes]) -> None:
        """Stores jobs, durably where the technology is, and wakes a worker."""

    @abstractmethod
    async def turn(self, worker: str, done: Sequence[bytes], limit: int) -> Sequence[Job]:
        """Writes outcomes and claims up to `limit` other jobs, in one step."""

    @abstractmethod
    async def wait(self) -> None:
        """Returns when there may be a job, at the latest after some seconds."""

    @abstractmethod
    async def close(self) -> None:
        """Ends."""
