"""Waiting for work that any process may bring."""

import asyncio
import os
import threading
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import Final
from weakref import WeakValueDictionary

from jobsys.adapters.sqlite.connection import opened_to_look
from jobsys.adapters.sqlite.errors import translated
from jobsys.adapters.sqlite.snapshot import Snapshot
from jobsys.ports.errors import AdapterError

LOOK_EVERY: Final = 0.02


class Watch:
    """Looks at a file from the caller's own thread: it costs microseconds and never waits."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection = opened_to_look(path)
        self._snapshot = Snapshot(self._connection)
        self._lock = threading.Lock()

    def version(self) -> int:
        """Returns a number that changes when anybody has written to the file."""
        with self._lock, translated(self._path):
            version: int = self._connection.execute("PRAGMA data_version").fetchone()[0]
            return version

    def ready(self, queues: Collection[str]) -> list[str]:
        """Returns the queues that have a job to be claimed."""
        with self._lock, translated(self._path):
            return [queue for queue in queues if self._snapshot.has_ready(queue)]

    def first_due(self, queue: str) -> float:
        """Returns when a queue's next delayed job is due; infinity when there is none."""
        with self._lock, translated(self._path):
            due = self._snapshot.first_due(queue)
            return float("inf") if due is None else due

    def close(self) -> None:
        """Closes the file."""
        with self._lock:
            self._connection.close()


class Waiter:
    """One wait: looks for work when it is nudged, and when somebody wrote to the file.

    Work is a job that can be claimed, or one that is due earlier than those known before.
    """

    def __init__(self, watch: Watch, queues: Collection[str]) -> None:
        self.queues = queues
        self.loop = asyncio.get_running_loop()
        self.found: asyncio.Future[list[str]] = self.loop.create_future()
        self._watch = watch
        self._version = watch.version()
        self._dues = {queue: watch.first_due(queue) for queue in queues}
        self.look()
        self._timer = self.loop.call_later(LOOK_EVERY, self._poll)

    def look(self) -> None:
        """Ends the wait if there is work."""
        if self.found.done():
            return
        try:
            work = self._watch.ready(self.queues) or self._sooner()
        except AdapterError as error:
            self.found.set_exception(error)
        else:
            if work:
                self.found.set_result(work)

    def stop(self) -> None:
        """Looks no more."""
        self.found.cancel()
        self._timer.cancel()

    def _poll(self) -> None:
        if self.found.done():
            return
        try:
            version = self._watch.version()
        except AdapterError as error:
            self.found.set_exception(error)
            return
        if version != self._version:
            self._version = version
            self.look()
        self._timer = self.loop.call_later(LOOK_EVERY, self._poll)

    def _sooner(self) -> list[str]:
        return [queue for queue, due in self._dues.items() if self._watch.first_due(queue) < due]


class Waiters:
    """Those of this process who wait for work in one file, the longest wait first."""

    def __init__(self) -> None:
        self._waiting: list[Waiter] = []
        self._lock = threading.Lock()

    def enter(self, waiter: Waiter) -> None:
        """Lets a waiter be nudged."""
        with self._lock:
            self._waiting.append(waiter)

    def leave(self, waiter: Waiter) -> None:
        """Ends a wait."""
        with self._lock:
            if waiter in self._waiting:
                self._waiting.remove(waiter)

    def nudge(self, queues: Collection[str]) -> None:
        """Has one waiter of each queue look at once; it need not be looked for again."""
        for queue in queues:
            if waiter := self._taken(queue):
                with suppress(RuntimeError):  # its loop was closed
                    waiter.loop.call_soon_threadsafe(waiter.look)

    def _taken(self, queue: str) -> Waiter | None:
        with self._lock:
            for index, waiter in enumerate(self._waiting):
                if queue in waiter.queues:
                    return self._waiting.pop(index)
        return None


_of_files: WeakValueDictionary[tuple[int, str], Waiters] = WeakValueDictionary()
_of_files_lock = threading.Lock()


def waiters_of(path: Path) -> Waiters:
    """Returns the waiters that all adapters of this process share for a file."""
    with _of_files_lock:
        return _of_files.setdefault((os.getpid(), os.path.realpath(path)), Waiters())
