"""Following jobs: how they stand, what becomes of them, and when they have ended."""

import asyncio
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Collection,
    Iterable,
    Mapping,
    Sequence,
)
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final

from jobsys.application.announcer import Announcer
from jobsys.application.arguments import seconds_of
from jobsys.application.commands import FindJobs
from jobsys.application.events import JobNotices, interest_in
from jobsys.application.job_search import SearchJobs
from jobsys.application.loop_time import loop_time, pauses_from
from jobsys.domain.errors import JobNotFound
from jobsys.domain.factory import JobFactory
from jobsys.domain.job_filter import EVERY_JOB, JobFilter
from jobsys.domain.job_id import JobId
from jobsys.domain.names import checked_name
from jobsys.domain.record import JobRecord
from jobsys.domain.status import JobStatus
from jobsys.ports.job_inspector import JobInspector, JobQuery, Page, QueueCounts

SOONEST_LOOK: Final = 0.005
LOOKED_AT_ONCE: Final = 500
GONE: Final = "it never was, or its retention is over"


class Following:
    """What a service tells of jobs; it changes none."""

    def __init__(self, inspector: JobInspector, announcer: Announcer, factory: JobFactory) -> None:
        self._inspector = inspector
        self._announcer = announcer
        self._factory = factory

    async def get(self, job_id: str) -> JobRecord:
        """Returns all that is known of a job.

        Raises:
            JobNotFound: there is no such job, or its retention is over.
        """
        wanted = JobId.parse(job_id)
        records = await self._inspector.get([wanted])
        if wanted not in records:
            raise JobNotFound(f"there is no job {wanted}: {GONE}")
        return records[wanted]

    async def find(
        self,
        *,
        status: JobStatus | None = None,
        queue: str | None = None,
        job_type: str | None = None,
        limit: int = 50,
        after: str | None = None,
    ) -> Page:
        """Returns up to `limit` jobs, and the cursor from which the next page goes on.

        Jobs of a type are found under each of its names; of one that has several, as `search` does.

        Raises:
            InvalidJob: `after` is not where a page of this query ended.
        """
        names = self._factory.names_of(job_type) if job_type else ()
        if len(names) > 1:
            wanted = JobFilter(status, {queue} if queue else (), names)
            return await self.search(wanted, limit=limit, after=after)
        return await FindJobs(JobQuery(status, queue, job_type), limit, after).run(self._inspector)

    async def search(
        self, wanted: JobFilter = EVERY_JOB, *, limit: int = 50, after: str | None = None
    ) -> Page:
        """Returns up to `limit` jobs that are meant, and the cursor from which the next page goes on.

        A page looks at 2,000 jobs at most, and for no long time: where few are meant it may have
        none, and a cursor.

        Raises:
            InvalidJob: `after` is not where a page of this query ended.
        """
        [queue] = wanted.queues if len(wanted.queues) == 1 else [None]
        # Of a rare type, the backend would look through everything for the first one.
        query = JobQuery(wanted.status, queue)
        return await SearchJobs(query, wanted.takes, limit, after).run(self._inspector)

    async def named(self, name: str) -> Sequence[JobRecord]:
        """Returns the job of this id; or, where it is a key alone, those of each queue.

        Raises:
            InvalidName: it is neither an id nor a key.
        """
        if ":" in name:
            ids = [JobId.parse(name)]
        else:
            key = checked_name("key", name)
            ids = [JobId.of(queue, key) for queue in await self._inspector.queues()]
        return list((await self._inspector.get(ids)).values())

    async def counts(self) -> Mapping[str, QueueCounts]:
        """Returns each queue's jobs by status: now, and ever."""
        return await self._inspector.counts()

    async def wait(self, job_id: str, timeout: timedelta | str | None = None) -> JobRecord:
        """Returns the job's record once it has ended; `timeout` may be a text such as "10s".

        Raises:
            TimeoutError: it had not ended in time; it goes on all the same.
            JobNotFound: there is no such job.
            InvalidJob: `timeout` is no duration.
        """
        seconds = None if timeout is None else seconds_of(timeout)
        pauses = pauses_from(SOONEST_LOOK)
        async with asyncio.timeout(seconds):
            while not (record := await self.get(job_id)).status.is_final:  # noqa: ASYNC110 (others end it)
                await asyncio.sleep(next(pauses))
        return record

    async def as_completed(
        self, job_ids: Iterable[str], timeout: timedelta | str | None = None
    ) -> AsyncIterator[JobRecord]:
        """Yields each job's record once it has ended, the first to end first.

        Raises:
            TimeoutError: some had not ended in time; they go on all the same.
            JobNotFound: there is no such job, or its retention is over.
            InvalidJob: `timeout` is no duration.
        """
        seconds = None if timeout is None else seconds_of(timeout)
        pending, begun = dict.fromkeys(map(JobId.parse, job_ids)), loop_time()
        pauses = pauses_from(SOONEST_LOOK)
        while pending:
            ended = await self._ended_of(list(pending))
            for record in ended:
                del pending[record.id]
                yield record
            pauses = pauses_from(SOONEST_LOOK) if ended else pauses
            if pending and seconds is not None and loop_time() - begun >= seconds:
                raise TimeoutError(f"{len(pending)} jobs had not ended in time")
            await asyncio.sleep(next(pauses) if pending else 0)

    @asynccontextmanager
    async def events(
        self,
        *,
        statuses: Collection[JobStatus | str] = (),
        queue: str | None = None,
        job_type: str | None = None,
    ) -> AsyncGenerator[JobNotices]:
        """Listens to what becomes of jobs in any process; an iterator, at most once.

        What other processes tell may be missed for the first second, what ended just before may
        still be told, and one that is too slow loses the oldest (`lost` counts them): who must
        not miss an end asks `wait` or `get`.

        Raises:
            InvalidJob: there is no such status, or what is named is no name.
            QueueUnavailable: the backend does not answer.
        """
        async with self._announcer.listen(interest_in(statuses, queue, job_type)) as heard:
            yield JobNotices(heard)

    async def _ended_of(self, job_ids: list[JobId]) -> list[JobRecord]:
        """Returns the records of those that have ended, in the order of their ends."""
        ended: list[JobRecord] = []
        for start in range(0, len(job_ids), LOOKED_AT_ONCE):
            asked = job_ids[start : start + LOOKED_AT_ONCE]
            records = await self._inspector.get(asked)
            for job_id in asked:
                if job_id not in records:
                    raise JobNotFound(f"there is no job {job_id}: {GONE}")
                if records[job_id].status.is_final:
                    ended.append(records[job_id])
        return sorted(ended, key=lambda record: record.standing.changed_at)
