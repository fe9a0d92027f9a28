"""Carrying out file jobs."""

import asyncio
from collections.abc import Mapping
from gzip import GzipFile
from hashlib import sha256

from jobsys.application.builtin.blocking_work import BlockingWork
from jobsys.application.threads import in_thread
from jobsys.domain.jobs.file_processing import FileProcessingJob
from jobsys.ports.file_store import FileStore
from jobsys.ports.image_tool import ImageTool
from jobsys.ports.job_handler import JobContext, JobHandler

FileResult = Mapping[str, str | int]


class FileProcessingHandler(JobHandler[FileProcessingJob]):
    """Reads and writes in a thread, a chunk at a time, through the ports it is given.

    Results: checksum gives `sha256` and `bytes` of the file; gzip gives these, `packed_bytes` and
    `output`; thumbnail gives `width`, `height`, `sha256` and `bytes` of what it wrote to `output`.
    """

    def __init__(self, files: FileStore, images: ImageTool) -> None:
        self._files = files
        self._images = images

    async def execute(self, job: FileProcessingJob, context: JobContext) -> FileResult:
        """Returns the operation's result.

        Raises:
            FileRejected: the file cannot be accepted.
            FileProcessingFailed: the disk failed, or the attempt was stopped between two chunks
                (cancelled, out of time, lease lost); no output is written then.

        """
        operation = {
            "checksum": self._checksum,
            "gzip": self._gzip,
            "thumbnail": self._thumbnail,
        }[job.operation]
        work = BlockingWork(context, asyncio.get_running_loop())
        try:
            return await in_thread(operation, job, work)
        finally:
            work.end()

    def _checksum(self, job: FileProcessingJob, work: BlockingWork) -> FileResult:
        digest, count = sha256(), 0
        with self._files.read(job.path) as source:
            for chunk in work.chunks_of(source):
                digest.update(chunk)
                count += len(chunk)
        return {"sha256": digest.hexdigest(), "bytes": count}

    def _gzip(self, job: FileProcessingJob, work: BlockingWork) -> FileResult:
        digest, count = sha256(), 0
        with self._files.read(job.path) as source, self._files.write(job.output) as target:
            # Neither name nor time in the header: equal input gives equal bytes.
            with GzipFile(filename="", mode="wb", compresslevel=6, fileobj=target, mtime=0) as pack:
                for chunk in work.chunks_of(source):
                    digest.update(chunk)
                    count += len(chunk)
                    pack.write(chunk)
            packed = target.tell()
        return {
            "sha256": digest.hexdigest(),
            "bytes": count,
            "packed_bytes": packed,
            "output": job.output,
        }

    def _thumbnail(self, job: FileProcessingJob, work: BlockingWork) -> FileResult:
        with self._files.read(job.path) as source:
            picture = self._images.thumbnail(source, job.max_side, job.image_format)
        work.check()
        with self._files.write(job.output) as target:
            target.write(picture.content)
        return {
            "width": picture.width,
            "height": picture.height,
            "sha256": sha256(picture.content).hexdigest(),
            "bytes": len(picture.content),
            "output": job.output,
        }
