"""The door through which a host application uses jobsys: inject this into use cases."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Final, ParamSpec, Unpack

from jobsys.application.arguments import (
    JobDefaults,
    Options,
    job_options,
    schedule_rule,
    seconds_of,
)
from jobsys.application.books import Books
from jobsys.application.commands import (
    CancelJob,
    CancelOutcome,
    FindJobs,
    RetryJob,
    SubmitJob,
    SubmitJobs,
)
from jobsys.application.events import JobNotices, interest_in
from jobsys.application.intake import Intake
from jobsys.application.schedules import ScheduleJob
from jobsys.application.this_process import ThisProcess
from jobsys.domain.base_job import BaseJob
from jobsys.domain.errors import JobNotFound
from jobsys.domain.job_id import JobId
from jobsys.domain.record import JobRecord
from jobsys.domain.schedule import ScheduleId
from jobsys.domain.status import JobStatus
from jobsys.ports.job_inspector import JobInspector, JobQuery, Page, QueueCounts
from jobsys.ports.job_queue import JobQueue

P = ParamSpec("P")

LONGEST_LOOK: Final = 0.25


class BackgroundJobService:
    """Submits jobs, follows them and steers them; the same on every backend."""

    def __init__(
        self,
        queue: JobQueue,
        inspector: JobInspector,
        intake: Intake,
        books: Books,
        here: ThisProcess,
    ) -> None:
        self.schedules, self.dead_letters = books.schedules, books.dead_letters
        self._queue = queue
        self._inspector = inspector
        self._intake = intake
        self._here = here

    async def submit(self, job: BaseJob, **options: Unpack[Options]) -> JobId:
        """Stores a job and returns its id; once this returns, the job is in the backend.

        Raises:
            InvalidJob: an option or the payload is not valid; nothing was stored.
            QueueUnavailable: the backend did not answer; repeat with the same key to be sure.
        """
        return await SubmitJob(job, job_options(options)).run(self._queue, self._intake)

    async def submit_many(self, jobs: Sequence[BaseJob], **options: Unpack[Options]) -> list[JobId]:
        """Stores many jobs in few round trips and returns their ids in order."""
        return await SubmitJobs(jobs, job_options(options)).run(self._queue, self._intake)

    async def submit_by_name(
        self, job_type: str, payload: Mapping[str, object], **options: Unpack[Options]
    ) -> JobId:
        """Stores a job of a registered type from plain data.

        Raises:
            UnknownJobType: no registered class has this name.
            InvalidJob: the payload does not fit it; every wrong field is named.
        """
        return await self.submit(self._intake.factory.create(job_type, payload), **options)

    async def schedule(  # noqa: PLR0913 (a rule has one of three forms)
        self,
        name: str,
        job: BaseJob,
        *,
        cron: str | None = None,
        every: timedelta | str | None = None,
        at: datetime | None = None,
        timezone: str = "UTC",
        **options: Unpack[JobDefaults],
    ) -> ScheduleId:
        """Has the job made at each fire time, once, however many processes run.

        One of the same name in the same queue is replaced, and with the same rule goes on where it
        was: a program may say this at each start. `schedules` finds, pauses, runs and removes them.

        Raises:
            InvalidSchedule: the rule cannot be read, or never fires.
            InvalidJob: the name, an option or the payload is not valid.
        """
        rule = schedule_rule(cron=cron, every=every, at=at, timezone=timezone)
        return await self.schedules.add(ScheduleJob(name, job, rule, job_options(options)))

    async def get(self, job_id: str) -> JobRecord:
        """Returns all that is known of a job.

        Raises:
            JobNotFound: there is no such job, or its retention is over.
        """
        wanted = JobId.parse(job_id)
        records = await self._inspector.get([wanted])
        if wanted not in records:
            raise JobNotFound(f"there is no job {wanted}: it never was, or its retention is over")
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

        Raises:
            InvalidJob: `after` is not where a page of this query ended.
        """
        return await FindJobs(JobQuery(status, queue, job_type), limit, after).run(self._inspector)

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
        pause, seconds = 0.005, None if timeout is None else seconds_of(timeout)
        async with asyncio.timeout(seconds):
            while not (record := await self.get(job_id)).status.is_final:
                await asyncio.sleep(pause)
                pause = min(pause * 1.5, LONGEST_LOOK)
        return record

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
        async with self._here.announcer.listen(interest_in(statuses, queue, job_type)) as heard:
            yield JobNotices(heard)

    def fire_and_forget(
        self, function: Callable[P, object], *args: P.args, **kwargs: P.kwargs
    ) -> None:
        """Begins a call in this process and returns at once; at most once, and not a job.

        Nothing of it is stored: it ends with the process, is never tried again, and nobody learns
        its result; a failure is logged. A plain function runs in a thread.

        Raises:
            BackgroundFull: as many calls as the limit allows run already.
            NotRunning: the lifecycle has not started, or has stopped.
        """
        self._here.background.begin(function, *args, **kwargs)

    async def cancel(self, job_id: str) -> CancelOutcome:
        """Cancels a waiting job at once, and asks a running one to stop."""
        announce = self._here.announcer.announce_cancelled
        return await CancelJob(JobId.parse(job_id)).run(self._queue, self._inspector, announce)

    async def retry(self, job_id: str) -> None:
        """Puts a failed or cancelled job back into its queue, with all its attempts before it.

        Raises:
            JobNotFound: there is no such job.
            IllegalTransition: it has neither failed nor been cancelled.
        """
        await RetryJob(JobId.parse(job_id)).run(self._queue)
