"""Carrying out clean-ups."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from typing import Final

from jobsys.application.builtin.blocking_work import BlockingWork
from jobsys.application.threads import in_thread
from jobsys.domain.jobs.cleanup import CleanupJob
from jobsys.ports.clock import Clock
from jobsys.ports.folder_cleaner import Fate, FolderCleaner, Sweep
from jobsys.ports.job_handler import JobContext, JobHandler

NAMED: Final = 100
"""How many of the removed files the result names."""
BETWEEN_REPORTS: Final = 100

CleanupResult = Mapping[str, bool | int | list[str]]


class CleanupHandler(JobHandler[CleanupJob]):
    """Sweeps in a thread, a file at a time, and looks between two files whether it shall go on.

    The result counts the `files` and `folders` removed, or in a dry run those that would be, their
    `bytes`, and what had `vanished` or was `kept`; `names` are the first hundred files removed.
    Where `limit_reached`, more may be left. Progress is the share of the job's limit.
    """

    def __init__(self, cleaner: FolderCleaner, clock: Clock) -> None:
        self._cleaner = cleaner
        self._clock = clock

    async def execute(self, job: CleanupJob, context: JobContext) -> CleanupResult:
        """Returns what was removed.

        Raises:
            FileRejected: the folder may not be cleaned.
            FileProcessingFailed: the disk failed, or the attempt was stopped between two files
                (cancelled, out of time, lease lost); what is removed stays removed.

        """
        work = BlockingWork(context, asyncio.get_running_loop())
        try:
            return await in_thread(self._clean, job, work)
        finally:
            work.end()

    def _clean(self, job: CleanupJob, work: BlockingWork) -> CleanupResult:
        counts = Counter[Fate]()
        names: list[str] = []
        size = 0
        work.check()
        with closing(self._cleaner.sweep(self._wanted(job))) as swept:
            for one in swept:
                counts[one.fate] += 1
                size += one.bytes
                if one.fate is Fate.FILE_REMOVED and len(names) < NAMED:
                    names.append(one.path)
                if (files := counts[Fate.FILE_REMOVED]) == job.limit:
                    break
                if counts.total() % BETWEEN_REPORTS == 0:
                    work.report(100 * files // job.limit, f"{files:,} files")
                work.check()
        return {
            "dry_run": job.dry_run,
            "files": counts[Fate.FILE_REMOVED],
            "folders": counts[Fate.FOLDER_REMOVED],
            "bytes": size,
            "vanished": counts[Fate.VANISHED],
            "kept": counts[Fate.KEPT],
            "limit_reached": counts[Fate.FILE_REMOVED] == job.limit,
            "names": names,
        }

    def _wanted(self, job: CleanupJob) -> Sweep:
        return Sweep(
            folder=job.folder,
            before=self._clock.now() - job.older_than,
            pattern=job.pattern,
            recursive=job.recursive,
            dry_run=job.dry_run,
        )
