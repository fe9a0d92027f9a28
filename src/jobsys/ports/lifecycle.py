"""What can be started and stopped."""

from abc import abstractmethod
from typing import Protocol


class Component(Protocol):
    """A part of the application that runs between a start and a stop; both may be repeated."""

    @abstractmethod
    async def start(self) -> None:
        """Begins to work, or raises and leaves nothing behind."""

    @abstractmethod
    async def stop(self) -> None:
        """Ends what it began; without a start before, it does nothing."""
