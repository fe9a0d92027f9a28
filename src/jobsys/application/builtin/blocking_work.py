"""Blocking work that heeds the attempt it belongs to."""

import os
from asyncio import AbstractEventLoop, run_coroutine_threadsafe
from collections.abc import Iterator
from typing import BinaryIO, Final

from jobsys.domain.errors import FileProcessingFailed
from jobsys.ports.job_handler import JobContext

CHUNK: Final = 1024 * 1024


class BlockingWork:
    """Stops the thread soon after the attempt is over, and reports how far it is.

    A thread cannot be interrupted, so it asks between two chunks.
    """

    def __init__(self, context: JobContext, loop: AbstractEventLoop) -> None:
        self._context = context
        self._loop = loop
        self._over = False

    def end(self) -> None:
        """Says that nobody waits for the outcome any more."""
        self._over = True

    def check(self) -> None:
        """Raises FileProcessingFailed when going on is of no use."""
        # An error, not an early return: a cancelled job that returns counts as completed.
        if self._context.cancelled:
            raise FileProcessingFailed("stopped: the job was cancelled")
        if self._context.lease_lost:
            raise FileProcessingFailed("stopped: another worker has the job")
        if self._over:
            raise FileProcessingFailed("stopped: the attempt is over")

    def chunks_of(self, source: BinaryIO) -> Iterator[bytes]:
        """Yields the file's content from its beginning, in chunks of 1 MiB."""
        size = source.seek(0, os.SEEK_END)
        source.seek(0)
        self.check()
        while chunk := source.read(CHUNK):
            yield chunk
            self.check()
            if source.tell() < size:
                self.report(100 * source.tell() // size)

    def report(self, percent: int, message: str = "") -> None:
        """Notes how far the attempt is."""
        run_coroutine_threadsafe(self._context.progress(percent, message), self._loop)
