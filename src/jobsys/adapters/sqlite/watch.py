"""Waiting for work that any process may bring."""

import asyncio
import os
import sqlite3
import threading
from collections.abc import Collection, Generator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Final
from weakref import WeakValueDictionary

from jobsys.adapters.sqlite.connection import opened_to_look
from jobsys.adapters.sqlite.notices import notices_after
from jobsys.adapters.sqlite.open_file import OpenFile, no_fork
from jobsys.adapters.sqlite.snapshot import Snapshot

LOOK_EVERY: Final = 0.02
FAR: Final = float("inf")
UNSEEN: Final = (0, 0)
"""The version of a file at which nobody has looked."""


class Watch:
    """Looks at a file from the caller's own thread: it costs microseconds and never waits."""

    def __init__(self, path: Path) -> None:
        self._file = OpenFile(partial(opened_to_look, path))

    def version(self) -> tuple[int, int]:
        """Returns what changes when anybody has written to the file."""
        with self._file.held() as connection:
            version: int = connection.execute("PRAGMA data_version").fetchone()[0]
            return self._file.times_opened, version

    def ready(self, queues: Collection[str]) -> Sequence[str]:
        """Returns the queues that have a job to be claimed."""
        with self._file.held() as connection:
            snapshot = Snapshot(connection)
            return [queue for queue in queues if snapshot.offers(queue)]

    def first_due(self, queue: str) -> float:
        """Returns when a queue's next delayed job is due; infinity when there is none."""
        with self._file.held() as connection:
            due = Snapshot(connection).first_due(queue)
            return FAR if due is None else due

    def notices_after(self, last: int) -> Sequence[tuple[int, bytes]]:
        """Returns the notices that were written after one, each with its number."""
        with self._file.held() as connection:
            return notices_after(Snapshot(connection), last)

    def close(self) -> None:
        """Closes the file."""
        self._file.close()


class Waiter:
    """One wait for work: a job that can be claimed, or one due before those known so far.

    A file that is locked for a moment, as by a program that opens it first, is looked at again.
    """

    def __init__(self, watch: Watch, queues: Collection[str]) -> None:
        self.queues = queues
        self.loop = asyncio.get_running_loop()
        self._found: asyncio.Future[Sequence[str]] = self.loop.create_future()
        self._watch = watch
        self._dues: dict[str, float] = {}
        with unless_locked():
            self._dues = {queue: watch.first_due(queue) for queue in queues}
        self._version = UNSEEN

    async def work(self, timeout: timedelta) -> Sequence[str]:
        """Returns the queues in which there is work; empty when the time is up."""
        self._poll()
        try:
            async with asyncio.timeout(timeout.total_seconds()):
                return await self._found
        except TimeoutError:
            return []
        finally:
            self._found.cancel()

    def look(self) -> None:
        """Ends the wait if there is work."""
        self._version = UNSEEN
        self._look_if_written()

    def _poll(self) -> None:
        self._look_if_written()
        if not self._found.done():
            self.loop.call_later(LOOK_EVERY, self._poll)

    def _look_if_written(self) -> None:
        if self._found.done():
            return
        try:
            with unless_locked():
                self._look_at(self._watch.version())
        except sqlite3.Error as error:
            self._found.set_exception(error)

    def _look_at(self, version: tuple[int, int]) -> None:
        if version != self._version and (work := self._work()):
            self._found.set_result(work)
        self._version = version

    def _work(self) -> Sequence[str]:
        sooner = (q for q in self.queues if self._watch.first_due(q) < self._dues.get(q, FAR))
        return self._watch.ready(self.queues) or list(sooner)


class Waiters:
    """Those of this process who wait for work in one file."""

    def __init__(self) -> None:
        self._waiting: list[Waiter] = []
        self._lock = threading.Lock()

    @contextmanager
    def nudging(self, waiter: Waiter) -> Generator[None]:
        """Lets a waiter be nudged meanwhile."""
        with self._lock:
            self._waiting.append(waiter)
        try:
            yield
        finally:
            with self._lock:
                self._waiting.remove(waiter)

    def nudge(self, queues: Collection[str]) -> None:
        """Has one waiter of each queue look at once: the one whose turn it is."""
        for queue in queues:
            if waiter := self._next(queue):
                with suppress(RuntimeError):  # its loop was closed
                    waiter.loop.call_soon_threadsafe(waiter.look)

    def _next(self, queue: str) -> Waiter | None:
        with self._lock:
            for index, waiter in enumerate(self._waiting):
                if queue in waiter.queues:
                    self._waiting.append(self._waiting.pop(index))
                    return waiter
        return None


@contextmanager
def unless_locked() -> Generator[None]:
    """Leaves the block where somebody keeps the file locked just now."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise


_of_files: WeakValueDictionary[tuple[int, str], Waiters] = WeakValueDictionary()


def waiters_of(path: Path) -> Waiters:
    """Returns the waiters that all adapters of this process share for a file."""
    with no_fork:
        return _of_files.setdefault((os.getpid(), os.path.realpath(path)), Waiters())
