"""The points at which whoever calls a backend may die: before a call, and after it."""

from abc import abstractmethod
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeVar

from jobsys.ports.errors import QueueUnavailable
from jobsys.ports.job_queue import JobQueue
from jobsys.testing.faults.relay_queue import RelayQueue
from jobsys.testing.faults.rules import Exchange, Fate
from jobsys.testing.faults.tcp_proxy import TcpProxy

T = TypeVar("T")


class Side(StrEnum):
    """When somebody dies: before a call is made, while it is half done, after it took effect."""

    BEFORE = "before"
    DURING = "during"
    AFTER = "after"


@dataclass(frozen=True)
class FailPoint:
    """A side of the `number`-th call, counted from 1."""

    number: int
    side: Side

    def __str__(self) -> str:
        return f"{self.side} call {self.number}"


class Mortal(Protocol):
    """Makes calls through `queue` until it dies; what it calls then never reaches the backend."""

    @property
    @abstractmethod
    def queue(self) -> JobQueue:
        """What it calls; from its death on every call raises `QueueUnavailable`."""

    @property
    @abstractmethod
    def died(self) -> bool:
        """True once the point was reached."""


class MortalCaller(RelayQueue, Mortal):
    """Dies before or after a call of the port: for any adapter."""

    def __init__(self, real: JobQueue, until: FailPoint) -> None:
        super().__init__(real)
        self._point = until
        self._calls = 0
        self._died = False

    @property
    def queue(self) -> JobQueue:
        """Itself."""
        return self

    @property
    def died(self) -> bool:
        """True once the point was reached."""
        return self._died

    async def _call(self, name: str, make: Callable[[], Awaitable[T]]) -> T:
        self._calls += 1
        self._die_at(Side.BEFORE, name)
        answer = await make()
        self._die_at(Side.AFTER, name)
        return answer

    def _die_at(self, side: Side, name: str) -> None:
        self._died = self._died or self._point == FailPoint(self._calls, side)
        if self._died:
            raise QueueUnavailable(f"died {side} {name}")


class MortalClient(Mortal):
    """Dies before or after a request on the wire: for adapters of servers.

    It begins with connections of its own, and makes every call through the proxy.
    """

    def __init__(self, queue: JobQueue, proxy: TcpProxy, until: FailPoint) -> None:
        self._queue = queue
        self._point = until
        self._died = False
        proxy.reset()
        proxy.obey(self._fate)

    @property
    def queue(self) -> JobQueue:
        """The adapter that calls through the proxy."""
        return self._queue

    @property
    def died(self) -> bool:
        """True once the point was reached."""
        return self._died

    def _fate(self, seen: Exchange) -> Fate:
        side = Side.BEFORE if seen.reply is None else Side.AFTER
        self._died = self._died or self._point == FailPoint(seen.number, side)
        return Fate.LOSE if self._died else Fate.PASS
