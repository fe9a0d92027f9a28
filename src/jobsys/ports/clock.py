"""What time it is, for what runs on this host."""

from abc import abstractmethod
from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """A source of instants. Backends with a clock of their own (Redis) never ask it."""

    @abstractmethod
    def now(self) -> datetime:
        """Returns the present instant, aware, in UTC."""
