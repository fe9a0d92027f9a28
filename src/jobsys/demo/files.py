"""The file jobs: one for each file, and one more for each picture."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from importlib.util import find_spec
from itertools import chain, islice
from pathlib import Path
from typing import Final

from jobsys import FileProcessingJob, RetryPolicy
from jobsys.demo.corpus import Corpus, Source, UnusableFolder
from jobsys.demo.evidence import Role
from jobsys.demo.jobs import KEPT
from jobsys.demo.stage import Stage
from jobsys.demo.work_folder import WorkFolder

BATCH: Final = 200
PICTURES: Final = (".bmp", ".gif", ".jpeg", ".jpg", ".png", ".webp")
TIME_LIMIT: Final = timedelta(hours=1)
RETRY: Final = {
    Role.FILE: RetryPolicy(max_attempts=3, base=timedelta(milliseconds=200)),
    Role.THUMBNAIL: RetryPolicy(max_attempts=1),  # a picture that was refused once stays refused
}


@dataclass(frozen=True, slots=True)
class FileTask:
    """What a file job works on, and the number of its output."""

    role: Role
    source: Source
    number: int

    def output(self, work: WorkFolder) -> Path:
        """Where the output goes."""
        return work.output(self.number, ".gz" if self.role is Role.FILE else ".png")

    def job(self, work: WorkFolder) -> FileProcessingJob:
        """Returns the job to submit."""
        return FileProcessingJob(
            operation="gzip" if self.role is Role.FILE else "thumbnail",
            path=self.source.path,
            output=str(self.output(work)),
        )


class FileTasks:
    """All file jobs of a demo, by their ids.

    Raises:
        UnusableFolder: there is no file to work on.

    """

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        self.by_id: dict[str, FileTask] = {}
        self._makes_thumbnails = find_spec("PIL") is not None
        found = corpus.files()
        first = list(islice(found, 1))
        self._sources = enumerate(chain(first, found), start=1)
        if not first:
            raise UnusableFolder(f"no file to work on; left out: {corpus.left_out or 'nothing'}")

    async def submit_all(self, stage: Stage) -> None:
        """Submits the jobs while the files are being found, a batch at a time."""
        while batch := await asyncio.to_thread(_first_of, self._sources):
            await self._submit(stage, [FileTask(Role.FILE, s, n) for n, s in batch])
            pictures = [FileTask(Role.THUMBNAIL, s, n) for n, s in batch if _is_picture(s)]
            if self._makes_thumbnails:
                await self._submit(stage, pictures)

    async def _submit(self, stage: Stage, tasks: list[FileTask]) -> None:
        if not tasks:
            return
        role = tasks[0].role
        ids = await stage.jobs.submit_many(
            [task.job(stage.work) for task in tasks],
            retry=RETRY[role],
            timeout=TIME_LIMIT,
            retention=KEPT,
        )
        self.by_id.update(zip(ids, tasks, strict=True))
        stage.enrol(role, ids)


def _first_of(sources: Iterator[tuple[int, Source]]) -> list[tuple[int, Source]]:
    return list(islice(sources, BATCH))


def _is_picture(source: Source) -> bool:
    return source.path.lower().endswith(PICTURES)
