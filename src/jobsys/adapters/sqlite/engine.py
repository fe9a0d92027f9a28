"""One file, opened by one process."""

import os
import sqlite3
import threading
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TypeVar

from jobsys.adapters.sqlite.call import Call, deliver_all
from jobsys.adapters.sqlite.connection import (
    Synchronous,
    begin,
    begin_to_look,
    once_unlocked,
    opened,
)
from jobsys.adapters.sqlite.open_file import OpenFile
from jobsys.adapters.sqlite.snapshot import Snapshot
from jobsys.adapters.sqlite.transaction import Transaction
from jobsys.adapters.sqlite.watch import Watch, waiters_of
from jobsys.domain.instants import to_ms
from jobsys.ports.clock import Clock
from jobsys.ports.errors import QueueGone

T = TypeVar("T")
Begin = Callable[[sqlite3.Connection], None]


class Engine:
    """A connection with a thread of its own.

    Calls that arrive while a transaction runs share the next one (group commit): a disk that
    makes a thousand commits a second durable takes many times as many calls.
    """

    def __init__(self, path: Path, clock: Clock, synchronous: Synchronous) -> None:
        self.pid = os.getpid()
        self.waiters = waiters_of(path)
        self.watch = Watch(path)
        self._path = path
        self._clock = clock
        self._synchronous: Synchronous = synchronous
        self._file = OpenFile(self._opened)
        self._known_as: tuple[int, int] | None = None
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
        try:
            return self._thread.submit(self._close)
        except RuntimeError:  # the interpreter ends, and has ended the thread before
            self._close()
            closed: Future[None] = Future()
            closed.set_result(None)
            return closed
        finally:
            self._thread.shutdown(wait=False)

    def _serve(self) -> None:
        with self._lock:
            calls, self._calls = self._calls, []
        with self._failing(calls):
            self._look([call for call in calls if call.looks])
            self._change([call for call in calls if not call.is_answered])
        deliver_all(calls)

    def _look(self, calls: Sequence[Call[object]]) -> None:
        if not calls:
            return
        with self._begun(begin_to_look) as connection:
            snapshot = Snapshot(connection)
            for call in calls:
                call.look(snapshot)
            connection.execute("COMMIT")

    def _change(self, calls: Sequence[Call[object]]) -> None:
        """Does all calls at once; one that fails is left out, and the others start over."""
        while calls:
            left_out = None
            with self._failing(calls):
                left_out = self._left_out(calls)
            calls = [call for call in calls if call is not left_out] if left_out else []

    def _left_out(self, calls: Sequence[Call[object]]) -> Call[object] | None:
        """Commits, or returns the call that fails; then nothing has changed."""
        with self._begun(begin) as connection:
            transaction = Transaction(connection, to_ms(self._clock.now()))
            for call in calls:
                call.change(transaction)
                if call.has_failed:
                    return call
            transaction.write_counts()
            connection.execute("COMMIT")
        self.waiters.nudge(transaction.arrivals)
        return None

    @contextmanager
    def _begun(self, begin: Begin) -> Generator[sqlite3.Connection]:
        """Keeps the file for one transaction, once nobody else keeps it locked."""
        with ExitStack() as kept:
            yield once_unlocked(lambda: kept.enter_context(self._transaction(begin)))

    @contextmanager
    def _transaction(self, begin: Begin) -> Generator[sqlite3.Connection]:
        """Keeps the file for one transaction, and undoes what was not committed at its end."""
        with self._file.held() as connection:
            self._check()
            try:
                begin(connection)
                yield connection
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    @contextmanager
    def _failing(self, calls: Sequence[Call[object]]) -> Generator[None]:
        """Hands whatever is raised to those who await the calls."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 (else they would wait for ever)
            for call in calls:
                call.fail(error)

    def _opened(self) -> sqlite3.Connection:
        if self._known_as is not None:
            self._check()  # else a file would be made where one was moved away
        connection = opened(self._path, self._synchronous)
        self._known_as = _identity(self._path)
        return connection

    def _check(self) -> None:
        if _identity(self._path) != self._known_as:
            raise QueueGone(
                f"{self._path} was moved or deleted while it was open: put it back, or start anew"
            )

    def _close(self) -> None:
        self.watch.close()
        self._file.close()


def _identity(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_dev, found.st_ino
