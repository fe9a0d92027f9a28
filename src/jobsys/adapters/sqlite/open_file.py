"""A file that is open only while its process does not fork."""

import os
import sqlite3
import sys
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Final
from weakref import WeakSet


class OpenFile:
    """A connection that one thread at a time uses, opened at its first use.

    While the process forks it is closed, and both processes open it anew. SQLite notes in its own
    memory who holds which lock on a file; a child would inherit the notes without the locks, and
    read and write past its parent's (https://www.sqlite.org/howtocorrupt.html, section 2.6).
    """

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self.times_opened = 0
        self._connect = connect
        self._connection: sqlite3.Connection | None = None
        self._lock = threading.Lock()
        with no_fork:
            _of_this_process.add(self)

    @contextmanager
    def held(self) -> Generator[sqlite3.Connection]:
        """Keeps other threads, and forks, away from the connection meanwhile."""
        with self._lock:
            if self._connection is None:
                self._connection = self._connect()
                self.times_opened += 1
            yield self._connection

    def close(self) -> None:
        """Closes the file; another use opens it again."""
        with self._lock:
            self._let_go()

    def pause(self) -> None:
        """Closes the file, and keeps it closed until `resume`."""
        self._lock.acquire()
        self._let_go()

    def resume(self) -> None:
        """Lets the file be used again."""
        self._lock.release()

    def _let_go(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


_of_this_process: Final[WeakSet[OpenFile]] = WeakSet()
_paused: Final[list[OpenFile]] = []
no_fork: Final = threading.Lock()
"""Held by a fork; so whoever holds it is in the middle of nothing in a forked process."""


def _before_fork() -> None:
    no_fork.acquire()
    for file in list(_of_this_process):
        file.pause()
        _paused.append(file)


def _after_fork() -> None:
    while _paused:
        _paused.pop().resume()
    no_fork.release()


if sys.platform != "win32":
    os.register_at_fork(
        before=_before_fork, after_in_parent=_after_fork, after_in_child=_after_fork
    )
