"""Removing ended jobs by hand, where something is done with them before they go."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Protocol

from jobsys.domain.job_id import JobId
from jobsys.domain.record import JobRecord


class Removal(Protocol):
    """What a queue's tick would remove, and its removal, one by one.

    A backend that has one leaves all removal to it, where it is opened with `sweeps=False`.
    """

    @abstractmethod
    async def over(self, queues: Sequence[str], limit: int) -> Sequence[JobId]:
        """Returns ended jobs that are to be removed, the first to go first, some `limit` a queue.

        Those are jobs whose retention is over, and completed and cancelled ones beyond the number
        that a queue keeps.
        """

    @abstractmethod
    async def remove(self, records: Sequence[JobRecord]) -> int:
        """Removes the jobs that still stand as these records say, and returns how many; totals stay.

        One that was replayed since is left as it is, also if it has ended again.
        A repeat changes nothing.
        """
