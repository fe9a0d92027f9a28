"""Reading what jobs have logged, and following it while they run."""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

from jobsys.application.announcer import Announcer
from jobsys.application.following import Following
from jobsys.application.loop_time import loop_time, pauses_from
from jobsys.domain.factory import JobFactory
from jobsys.domain.job_id import JobId
from jobsys.domain.log_line import LogLine
from jobsys.ports.job_inspector import JobInspector
from jobsys.ports.job_logs import JobLogs, LogPage

SOONEST_LOOK: Final = 0.05
LAST_LINES: Final = 1.0
"""Seconds within which a worker has sent the last lines of a job that has ended, or is late."""


class LogFollowing(Following):
    """What a service tells of jobs and of their logs."""

    def __init__(
        self,
        inspector: JobInspector,
        announcer: Announcer,
        factory: JobFactory,
        logs: JobLogs,
    ) -> None:
        super().__init__(inspector, announcer, factory)
        self._logs = logs

    async def log(self, job_id: str, after: str | None = None) -> LogPage:
        """Returns what a job's handler has logged, 500 lines a page, the first ones first.

        A page's `next`, given as `after`, continues it, also with lines that are yet to come.

        Raises:
            JobNotFound: there are no lines, and no such job.
            InvalidJob: `after` is not where a page ended.
        """
        page = await self._logs.read(JobId.parse(job_id), after)
        if page.next is None:
            await self.get(job_id)
        return page

    async def follow_log(self, job_id: str, after: str | None = None) -> AsyncIterator[LogLine]:
        """Yields what a job's handler logs, as it comes, until the job has ended.

        Lines are there a moment after they were logged; the last ones are waited for, a second
        after the end. What a worker sends later than that, `log` shows.

        Raises:
            JobNotFound: there are no lines, and no such job.
            InvalidJob: `after` is not where a page ended.
        """
        wanted, page = JobId.parse(job_id), await self.log(job_id, after)
        pauses, until = pauses_from(SOONEST_LOOK), float("inf")
        while page.lines or loop_time() < until:
            for line in page.lines:
                yield line
            if until == float("inf") and await self._is_over(wanted):
                until = loop_time() + LAST_LINES
            pauses = pauses_from(SOONEST_LOOK) if page.lines else pauses
            await asyncio.sleep(next(pauses))
            page = await self._logs.read(wanted, page.next)

    async def _is_over(self, job_id: JobId) -> bool:
        """Tells whether a job has ended, or is gone."""
        record = (await self._inspector.get([job_id])).get(job_id)
        return record is None or record.status.is_final
