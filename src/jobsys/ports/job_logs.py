"""The durable place of what handlers log."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Protocol

from jobsys.domain.job_id import JobId
from jobsys.domain.log_line import LogLine
from jobsys.domain.value import value


@value
class LogPage:
    """Some lines of a job's log, and where it goes on, also for lines that are yet to come.

    `next` is None only where nothing was ever read.
    """

    lines: Sequence[LogLine]
    next: str | None


class JobLogs(Protocol):
    """The log lines of jobs; they come and go with the time, whatever becomes of their jobs.

    Both methods raise `QueueUnavailable` when the backend does not answer.
    """

    @abstractmethod
    async def append(self, lines: Sequence[LogLine]) -> None:
        """Adds lines to the logs of their jobs, of however many, in one round trip.

        Lines that are the last of their job already are not added again: who got no answer
        repeats the call.
        Of each job the last 1,000 lines are kept, for a day after the last of them.
        A text is kept up to 2,000 characters, its middle left out where it is longer.
        What UTF-8 cannot say is spelled out.
        """

    @abstractmethod
    async def read(self, job_id: JobId, after: str | None = None, limit: int = 500) -> LogPage:
        """Returns up to `limit` lines of a job, in the order in which they were appended.

        `after` is a former page's `next`, and continues it.
        A job of which nothing was logged has an empty page.
        The lines of a job that is gone are there for as long as any others.

        Raises:
            InvalidJob: `after` is not where a page ended.
        """
