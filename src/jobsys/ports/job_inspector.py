"""The cold path of a backend: looking at jobs, counting them, and mending what one is made of."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime, timedelta
from typing import Protocol

from jobsys.domain.edit import Edit, EditOutcome
from jobsys.domain.job_id import JobId
from jobsys.domain.priority import JobPriority
from jobsys.domain.record import JobRecord
from jobsys.domain.status import FINAL, JobStatus
from jobsys.domain.value import value


@value
class JobQuery:
    """Which jobs are looked for; what is None is not asked."""

    status: JobStatus | None = None
    queue: str | None = None
    job_type: str | None = None


@value
class Page:
    """Some jobs, and where the next page begins; None when this was the last."""

    records: Sequence[JobRecord]
    next: str | None


@value
class QueueCounts:
    """How many jobs of a queue stand in each state, and how many ever entered it.

    Both are exact: they change in the same step as the jobs. `waiting` is how many of the QUEUED
    ones each level has, `oldest` since when the first of them is ready, where there is one.
    """

    now: Mapping[JobStatus, int]
    ever: Mapping[JobStatus, int]
    waiting: Mapping[JobPriority, int]
    oldest: Mapping[JobPriority, datetime] = field(default_factory=dict[JobPriority, datetime])

    def ages(self, now: datetime) -> Mapping[JobPriority, timedelta]:
        """Returns for how long the first job of each level has been ready, where there is one."""
        return {level: max(now - since, timedelta()) for level, since in self.oldest.items()}

    def waited(self, now: datetime) -> timedelta | None:
        """Returns for how long the first of all has been ready; None where none is."""
        return max(self.ages(now).values(), default=None)

    def came_since(self, before: "QueueCounts") -> int:
        """Returns how many jobs were submitted or replayed since: those that live, and have ended.

        A job that is held and comes back, or is tried again, has not come. One that was purged
        meanwhile is missed.
        """
        return max(self._had() - before._had(), 0)

    def _had(self) -> int:
        living = sum(number for status, number in self.now.items() if status not in FINAL)
        return living + sum(self.ever.get(status, 0) for status in FINAL)


class JobInspector(Protocol):
    """A view of a backend's jobs, for people and for what does not run them."""

    @abstractmethod
    async def get(self, ids: Sequence[JobId]) -> Mapping[JobId, JobRecord]:
        """Returns the records that exist, with their results and error histories."""

    @abstractmethod
    async def find(self, query: JobQuery, limit: int, after: str | None = None) -> Page:
        """Returns up to `limit` jobs, queue by queue in the order of their names.

        Within a queue leased jobs come first, by the end of their leases; then ready ones in the
        order in which they will be claimed; delayed ones by the time they are due; dead letters;
        and done ones; these last two with those first that will be kept longest: the newest, where
        all are kept equally long.
        `after` is a former page's `next` of the same query, and continues it.
        """

    @abstractmethod
    async def counts(self) -> Mapping[str, QueueCounts]:
        """Returns the counts of every queue that has a policy, or ever had a job."""

    @abstractmethod
    async def queues(self) -> Sequence[str]:
        """Returns the names of all queues that have a policy, or ever had a job, sorted."""

    @abstractmethod
    async def ahead(self, job_id: JobId) -> int | None:
        """Returns how many jobs would be claimed before a ready one; None where it is not ready.

        Those of more urgent levels, and those before it in its own; a policy's ageing aside. No
        more than 10,000 are counted: so many are as many or more.
        """

    @abstractmethod
    async def edit(self, edit: Edit) -> EditOutcome:
        """Replaces what a failed or cancelled job is made of, and says what became of that.

        The payload that was replaced is kept whole, as the last line of the job's error history.
        A job whose payload is not the one that the editor saw is left as it is: CHANGED.
        A job in any other state is left as it is: REFUSED. One that does not exist is NOT_FOUND.
        An edit repeated changes nothing: UNCHANGED.
        Bytes that cannot be read, or that are gone, are replaced like any others.
        An edited job stays where it stands; replayed, it is leased with what the edit said.
        """
