"""Looking for dead letters: in pages, and all that there are, counted by their causes."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from jobsys.application.job_search import CHUNK, SearchJobs
from jobsys.application.walks import pages
from jobsys.domain.attempt_error import clipped, last_failure
from jobsys.domain.dead_letter import Cause, DeadLetterFilter, cause_of
from jobsys.domain.job_id import JobId
from jobsys.domain.record import JobRecord
from jobsys.domain.status import JobStatus
from jobsys.domain.value import value
from jobsys.ports.job_inspector import JobInspector, JobQuery, Page

MOST_CAUSES: Final = 1_000
LONGEST_MESSAGE: Final = 200


@dataclass(frozen=True, slots=True)
class FindDeadLetters:
    """Look for dead letters, page by page; `after` is where the page before ended."""

    wanted: DeadLetterFilter
    limit: int
    after: str | None = None

    async def run(self, inspector: JobInspector) -> Page:
        """Returns up to `limit` dead letters; fewer of them, or none, may come before a next page.

        Raises:
            InvalidJob: the limit is no number of jobs, or no page ended at `after`.
        """
        search = SearchJobs(_query(self.wanted), self.wanted.takes, self.limit, self.after)
        return await search.run(inspector)


async def looked_at(
    inspector: JobInspector, wanted: DeadLetterFilter
) -> AsyncIterator[Sequence[JobRecord]]:
    """Yields those that are meant, chunk by chunk, through all dead letters that there are."""
    async for records in pages(inspector, _query(wanted), CHUNK):
        yield [record for record in records if wanted.takes(record)]


@value
class DeadLetterGroup:
    """The dead letters of one cause: how many, since when and until when, and the newest seen."""

    cause: Cause
    count: int
    first_at: datetime
    last_at: datetime
    example: JobId
    message: str

    def joined_by(self, one: "DeadLetterGroup") -> "DeadLetterGroup":
        """Returns the group with the one dead letter of another."""
        newest = max(self, one, key=lambda group: group.last_at)
        return DeadLetterGroup(
            self.cause,
            self.count + one.count,
            min(self.first_at, one.first_at),
            newest.last_at,
            newest.example,
            newest.message,
        )


@value
class DeadLetterSummary:
    """Dead letters by their causes, the most frequent first.

    `more` is true where there are dead letters, or causes, that were not counted any more.
    """

    groups: Sequence[DeadLetterGroup]
    total: int
    more: bool


@dataclass(frozen=True, slots=True)
class SummariseDeadLetters:
    """Count dead letters by their causes, up to `limit` of them."""

    wanted: DeadLetterFilter
    limit: int

    async def run(self, inspector: JobInspector) -> DeadLetterSummary:
        """Returns one group for each cause; of the dead letters only a chunk is held at once."""
        groups, total, more = dict[Cause, DeadLetterGroup](), 0, False
        async for records in looked_at(inspector, self.wanted):
            more = more or total + len(records) > self.limit
            for record in records[: self.limit - total]:
                one = _alone(record)
                known = groups.get(one.cause)
                if known is None and len(groups) == MOST_CAUSES:
                    more = True
                else:
                    groups[one.cause] = known.joined_by(one) if known else one
                total += 1
            if total >= self.limit and more:
                break
        return DeadLetterSummary(sorted(groups.values(), key=_rank), total, more)


def _query(wanted: DeadLetterFilter) -> JobQuery:
    return JobQuery(JobStatus.FAILED, wanted.queue)


def _alone(record: JobRecord) -> DeadLetterGroup:
    at, error = record.standing.changed_at, last_failure(record.errors)
    message = clipped(error.message, LONGEST_MESSAGE) if error else ""
    return DeadLetterGroup(cause_of(record), 1, at, at, record.id, message)


def _rank(group: DeadLetterGroup) -> tuple[int, str, str, str, str]:
    queue, job_type, reason, error = group.cause
    return -group.count, queue, job_type, reason or "", error
