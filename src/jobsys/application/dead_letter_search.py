"""Looking for dead letters: in pages, and all that there are, counted by their causes."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from jobsys.application.commands import FindJobs
from jobsys.application.job_search import CHUNK, SearchJobs
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
        query = JobQuery(JobStatus.FAILED, self.wanted.queue)
        return await SearchJobs(query, self.wanted.takes, self.limit, self.after).run(inspector)


async def looked_at(
    inspector: JobInspector, wanted: DeadLetterFilter
) -> AsyncIterator[Sequence[JobRecord]]:
    """Yields those that are meant, chunk by chunk, through all dead letters that there are."""
    here: str | None = None
    while True:
        page = await _chunk(wanted, here).run(inspector)
        yield [record for record in page.records if wanted.takes(record)]
        here = page.next
        if here is None:
            return


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


def _chunk(wanted: DeadLetterFilter, after: str | None) -> FindJobs:
    return FindJobs(JobQuery(JobStatus.FAILED, wanted.queue), CHUNK, after)


def _alone(record: JobRecord) -> DeadLetterGroup:
    at, error = record.standing.changed_at, last_failure(record.errors)
    message = clipped(error.message, LONGEST_MESSAGE) if error else ""
    return DeadLetterGroup(cause_of(record), 1, at, at, record.id, message)


def _rank(group: DeadLetterGroup) -> tuple[int, str, str, str, str]:
    queue, job_type, reason, error = group.cause
    return -group.count, queue, job_type, reason or "", error
