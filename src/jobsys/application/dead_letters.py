"""The dead letters: jobs that failed for good, kept until somebody decides about them."""

from collections.abc import Iterable, Mapping
from typing import Final

from jobsys.application.commands import RetryJob
from jobsys.application.dead_letter_moves import (
    DeadLetterOutcome,
    DeadLetterSweep,
    MoveDeadLetters,
    Progress,
    SweepDeadLetters,
)
from jobsys.application.dead_letter_search import (
    DeadLetterSummary,
    FindDeadLetters,
    SummariseDeadLetters,
)
from jobsys.application.edit_job import EditJob
from jobsys.application.intake import Intake
from jobsys.domain.dead_letter import EVERY_DEAD_LETTER, DeadLetterFilter
from jobsys.domain.job_id import JobId
from jobsys.domain.status import JobEvent
from jobsys.ports.job_inspector import JobInspector, Page
from jobsys.ports.job_queue import JobQueue

MOST_AT_ONCE: Final = 10_000
MOST_COUNTED: Final = 100_000


class DeadLetterBook:
    """The dead letters that there are: look at them, edit, replay and remove them."""

    def __init__(self, queue: JobQueue, inspector: JobInspector, intake: Intake) -> None:
        self._queue = queue
        self._inspector = inspector
        self._intake = intake

    async def find(
        self,
        wanted: DeadLetterFilter = EVERY_DEAD_LETTER,
        *,
        limit: int = 50,
        after: str | None = None,
    ) -> Page:
        """Returns up to `limit` dead letters, and the cursor from which the next page goes on.

        A page looks at 2,000 of them at most: where few are meant it may have none, and a cursor.

        Raises:
            InvalidJob: `after` is not where a page ended.
        """
        return await FindDeadLetters(wanted, limit, after).run(self._inspector)

    async def summary(
        self, wanted: DeadLetterFilter = EVERY_DEAD_LETTER, *, limit: int = MOST_COUNTED
    ) -> DeadLetterSummary:
        """Counts dead letters by queue, type, reason and error, up to `limit` of them."""
        return await SummariseDeadLetters(wanted, limit).run(self._inspector)

    async def replay(self, job_id: str) -> None:
        """Puts a dead letter back into its queue, with all its attempts before it.

        Raises:
            JobNotFound: there is no such job.
            IllegalTransition: it has neither failed nor been cancelled.
            DuplicateJob: it must be unique, and another of its kind is there.
        """
        await RetryJob(JobId.parse(job_id)).run(self._queue, self._inspector)

    async def replay_many(
        self, job_ids: Iterable[str], *, progress: Progress | None = None
    ) -> Mapping[JobId, DeadLetterOutcome]:
        """Replays jobs, 200 with each call of the backend, and says what became of each.

        `progress` is told how many are done, of how many. Where the backend fails in between, a
        repeat does the rest.
        """
        moves = MoveDeadLetters(JobEvent.REPLAYED, progress=progress)
        return await moves.run(self._queue, self._inspector, map(JobId.parse, job_ids))

    async def replay_matching(
        self,
        wanted: DeadLetterFilter,
        *,
        limit: int = MOST_AT_ONCE,
        dry_run: bool = False,
        progress: Progress | None = None,
    ) -> DeadLetterSweep:
        """Replays the dead letters that are meant; a dry run only counts them."""
        sweep = SweepDeadLetters(wanted, limit, dry_run, JobEvent.REPLAYED, progress)
        return await sweep.run(self._queue, self._inspector)

    async def edit(
        self,
        job_id: str,
        payload: Mapping[str, object],
        *,
        seen: bytes,
        job_type: str | None = None,
    ) -> None:
        """Gives a dead letter another payload; the replaced one is kept whole in its history.

        `seen` is the `payload` of the record that the editor looked at. `job_type` is needed only
        where the stored bytes cannot be read, and do not say it.

        Raises:
            JobNotFound: there is no such job.
            IllegalTransition: it has neither failed nor been cancelled.
            UnknownJobType: no registered class has its type.
            InvalidJob: the payload does not fit its type; every wrong field is named.
            PayloadChanged: somebody else has edited it since it was seen.
        """
        edit = EditJob(JobId.parse(job_id), payload, seen, job_type)
        await edit.run(self._inspector, self._intake)

    async def purge(
        self,
        wanted: DeadLetterFilter,
        *,
        limit: int = MOST_AT_ONCE,
        dry_run: bool = True,
        progress: Progress | None = None,
    ) -> DeadLetterSweep:
        """Counts the dead letters that are meant; removes them, for good, with `dry_run=False`."""
        sweep = SweepDeadLetters(wanted, limit, dry_run, JobEvent.DELETED, progress)
        return await sweep.run(self._queue, self._inspector)
