"""Every point at which whoever calls a backend may die: before a call, and after it."""

import asyncio
from abc import abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeVar

from jobsys.ports.errors import QueueUnavailable
from jobsys.ports.job_queue import JobQueue
from jobsys.testing.faults.relay_queue import RelayQueue
from jobsys.testing.faults.resp import words
from jobsys.testing.faults.rules import Exchange, Fate, Rule
from jobsys.testing.faults.tcp_proxy import TcpProxy

T = TypeVar("T")


class Side(StrEnum):
    """BEFORE: the call never reaches the backend. AFTER: it took effect, and nobody learns of it."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True)
class FailPoint:
    """The moment before or after the `number`-th call, counted from 1."""

    number: int
    side: Side

    def __str__(self) -> str:
        return f"{self.side} call {self.number}"


class Mortal(Protocol):
    """Somebody who makes calls through `queue` and dies where told; then no call arrives any more.

    The dead one's own calls raise `QueueUnavailable`.
    """

    @property
    @abstractmethod
    def queue(self) -> JobQueue:
        """What it calls."""

    @property
    @abstractmethod
    def died(self) -> bool:
        """True once the point was reached."""

    @property
    @abstractmethod
    def seen(self) -> list[str]:
        """The calls that it made in this life."""

    @abstractmethod
    async def live(self, until: FailPoint | None) -> None:
        """Begins a new life, which ends at this point; one without a point does not end."""


class MortalCaller(RelayQueue, Mortal):
    """Dies before or after a call of the port: for any adapter."""

    def __init__(self, real: JobQueue) -> None:
        super().__init__(real)
        self._until: FailPoint | None = None
        self._died = False
        self._seen: list[str] = []
