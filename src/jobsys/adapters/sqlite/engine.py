"""One file, opened by one process."""

import os
import sqlite3
import threading
from collections.abc import Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from jobsys.adapters.sqlite.call import Call, deliver_all
from jobsys.adapters.sqlite.connection import Synchronous, opened
from jobsys.adapters.sqlite.errors import translated
from jobsys.adapters.sqlite.snapshot import Snapshot
from jobsys.adapters.sqlite.transaction import Transaction
from jobsys.adapters.sqlite.watch import Watch, waiters_of
from jobsys.domain.instants import to_ms
from jobsys.ports.clock import Clock
from jobsys.ports.errors import QueueUnavailable

T = TypeVar("T")


class Engine:
    """A connection with a thread of its own.

    Calls that arrive while a transaction runs share the next one (group commit): a disk that
    makes a thousand commits a second durable takes many times as many calls.
    """

    def __init__(self, path: Path, clock: Clock, synchronous: Synchronous) -> None:
        self.pid = os.getpid()
        self.waiters = waiters_of(path)
        self.watch: Watch | None = None
        self._path = path
        self._clock = clock
        self._synchronous: Synchronous = synchronous
        self._connection: sqlite3.Connection | None = None
        self._file = (0, 0)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="jobsys-sqlite")
        self._lock = threading.Lock()
        self._calls: list[Call[object]] = []

    async def answer(self, call: Call[T]) -> T:
        """Has the thread answer a call."""
        with self._lock:
            self._calls.append(call)
            is_first = len(self._calls) == 1
        if is_first:
            self._thread.submit(self._serve)
        return await call.answer

    def close(self) -> Future[None]:
        """Closes the file after the calls in flight."""
        closed = self._thread.submit(self._close)
        self._thread.shutdown(wait=False)
        return closed

    def _serve(self) -> None:
        with self._lock:
            calls, self._calls = self._calls, []
        with self._failing(calls):
            connection = self._opened()
            self._look(connection, calls)
            self._change(connection, [call for call in calls if not call.is_answered])
        deliver_all(calls)

    def _look(self, connection: sqlite3.Connection, calls: Sequence[Call[object]]) -> None:
        connection.execute("BEGIN")
        snapshot = Snapshot(connection)
        for call in calls:
            with self._failing([call]):
                call.look(snapshot)
        connection.execute("COMMIT")

    def _change(self, connection: sqlite3.Connection, calls: Sequence[Call[object]]) -> None:
        if not calls:
            return
        with self._failing(calls), _transaction(connection):
            transaction = Transaction(connection, to_ms(self._clock.now()))
            for call in calls:
                self._attempt(call, transaction)
            connection.execute("COMMIT")
            self.waiters.nudge(transaction.arrivals)

    def _attempt(self, call: Call[object], transaction: Transaction) -> None:
        """A call that fails leaves no trace, and does not spoil the others."""
        transaction.execute("SAVEPOINT call")
        try:
            with translated(self._path):
                call.change(transaction)
                transaction.keep()
        except Exception as error:
            if not transaction.is_open:  # an error so bad that SQLite ended it
                raise
            transaction.forget()
            transaction.execute("ROLLBACK TO call")
            call.fail(error)
        transaction.execute("RELEASE call")

    @contextmanager
    def _failing(self, calls: Sequence[Call[object]]) -> Generator[None]:
        """Hands whatever is raised to those who await the calls."""
        try:
            with translated(self._path):
                yield
        except Exception as error:  # noqa: BLE001 - else they would wait for ever
            for call in calls:
                call.fail(error)

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = opened(self._path, self._synchronous)
            self._file = _identity(self._path)
            self.watch = Watch(self._path)
        if _identity(self._path) != self._file:
            raise QueueUnavailable(
                f"{self._path} was moved or deleted while it was open: put it back, or start anew"
            )
        return self._connection

    def _close(self) -> None:
        if self._connection is not None and self.watch is not None:
            self.watch.close()
            self._connection.close()


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Generator[None]:
    """Holds the lock for writing; what is not committed is undone."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _identity(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_dev, found.st_ino
