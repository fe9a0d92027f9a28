"""Slots in which attempts run."""

from abc import abstractmethod
from collections.abc import Callable, Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Final, Protocol

from jobsys.domain.lease import Lease
from jobsys.domain.record import JobRecord
from jobsys.domain.transition import Transition
from jobsys.domain.value import value

HEEDS_WITHIN: Final = 1.0
"""How many seconds an attempt that is stopped has to end, until it is left behind."""


class StopReason(StrEnum):
    """Why a running attempt is asked to stop."""

    CANCEL = "cancel"
    LEASE_LOST = "lease lost"
    TIMEOUT = "timeout"
    SHUTDOWN = "shutdown"


class Attempt(Protocol):
    """One run of one job, from its claim to its outcome."""

    __slots__ = ()

    @property
    @abstractmethod
    def lease(self) -> Lease:
        """The lease under which it runs."""

    @property
    @abstractmethod
    def progress(self) -> tuple[int, str]:
        """What the handler told last: percent and message."""

    @abstractmethod
    async def run(self) -> Transition:
        """Carries the job out and returns what became of it; raises nothing but cancellation."""

    @abstractmethod
    def broken_off(self, error: Exception) -> Transition:
        """Returns what becomes of the job when `run` raised after all: a failed attempt."""

    @abstractmethod
    def doubt_lease(self, *, doubted: bool) -> None:
        """Says whether the lease may be lost, as nobody could renew it in time. From any thread."""

    @property
    @abstractmethod
    def ends_by(self) -> float:
        """When it should have ended, on the event loop's clock: stopped, or out of time, a while ago."""

    @abstractmethod
    def left_behind(self, reason: StopReason) -> Transition:
        """Returns what becomes of the job of an attempt that goes on all the same, as if it had ended.

        The reason counts unless it was stopped for another; what `run` returns later is void.
        """

    @abstractmethod
    def stop(self, reason: StopReason) -> None:
        """Asks the attempt to end now; the first reason counts. From its event loop only."""


@value
class PoolStats:
    """How busy a pool is."""

    total_workers: int
    active_jobs: int
    idle_workers: int


class WorkerPool(Protocol):
    """Runs attempts side by side, up to a number of slots."""

    @abstractmethod
    async def start(self, on_finished: Callable[[], None]) -> None:
        """Makes the slots ready; `on_finished` is called once there are ends to be taken."""

    @abstractmethod
    def start_attempt(self, lease: Lease) -> Attempt:
        """Begins an attempt in a free slot; its end comes out of `finished`.

        One that runs on when it should have ended is left behind, and its slot is free for another.
        """

    @abstractmethod
    def finished(self) -> list[Transition]:
        """Returns, once each, the ends of attempts since the last call."""

    @abstractmethod
    def stats(self) -> PoolStats:
        """Returns how many slots there are, and how many are busy and free."""

    @abstractmethod
    def count_active(self, wanted: Callable[[JobRecord], bool]) -> int:
        """Returns how many attempts run of jobs that are wanted."""

    @abstractmethod
    async def stop(self, grace: timedelta) -> Sequence[Transition]:
        """Lets running attempts end for `grace`, then stops them; returns the ends not yet taken.

        An attempt that was stopped is released: its job goes back and spends no attempt.
        """
