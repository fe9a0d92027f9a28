"""Slots in which attempts run."""

from abc import abstractmethod
from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

from jobsys.domain.job_id import JobId
from jobsys.domain.lease import Lease
from jobsys.domain.transition import Transition
from jobsys.domain.value import value


@value
class PoolStats:
    """How busy a pool is."""

    total_workers: int
    active_jobs: int
    idle_workers: int


class WorkerPool(Protocol):
    """Runs attempts side by side, up to a number of slots."""

    @abstractmethod
    async def start(self) -> None:
        """Makes the slots ready; starting twice changes nothing."""

    @abstractmethod
    def start_attempt(self, lease: Lease) -> None:
        """Begins an attempt in a free slot; its end comes out of `finished`."""

    @abstractmethod
    def finished(self) -> Sequence[Transition]:
        """Returns, once each, the ends of attempts since the last call."""

    @abstractmethod
    def cancel(self, job_id: JobId, lost: bool) -> None:
        """Asks an attempt to stop: because its lease is lost, or because a cancel was asked for.

        An attempt that is not running is ignored.
        """

    @abstractmethod
    def stats(self) -> PoolStats:
        """Returns how many slots there are, and how many are busy and free."""

    @abstractmethod
    async def idle(self) -> None:
        """Returns once no attempt runs."""

    @abstractmethod
    async def stop(self, grace: timedelta) -> Sequence[Transition]:
        """Lets running attempts end for `grace`, then stops them; returns the ends not yet taken.

        An attempt that was stopped is released: its job goes back and spends no attempt.
        """
