"""What the calls that share a transaction write and count."""

import sqlite3
from collections import defaultdict
from typing import Final

from jobsys.adapters.sqlite.rows import READY_PLACE
from jobsys.adapters.sqlite.snapshot import Snapshot
from jobsys.domain.priority import JobPriority
from jobsys.domain.status import JobStatus

# A ready job's score is its level's middle plus its position in that level's list.
_LEVEL_SPAN: Final = 2**48

_COUNT: Final = """
    INSERT INTO counts (queue, status, now, ever) VALUES (?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET now = now + excluded.now, ever = ever + excluded.ever"""
_LAST: Final = """
    SELECT max(score) FROM jobs WHERE queue = ? AND place = ? AND score BETWEEN ? AND ?"""
_FIRST: Final = """
    SELECT min(score) FROM jobs WHERE queue = ? AND place = ? AND score BETWEEN ? AND ?"""


class Transaction(Snapshot):
    """A moment in which nobody else writes; `now` is its instant in milliseconds.

    `arrivals` are the queues in which the calls that succeeded left work for those who wait.
    """

    def __init__(self, connection: sqlite3.Connection, now: int) -> None:
        super().__init__(connection)
        self.executemany = connection.executemany
        self._connection = connection
        self.now = now
        self.arrivals: set[str] = set()
        self._announced: set[str] = set()
        self._tally: defaultdict[tuple[str, JobStatus], list[int]] = defaultdict(lambda: [0, 0])

    @property
    def is_open(self) -> bool:
        """False once SQLite itself has undone everything."""
        return self._connection.in_transaction

    def note(
        self, queue: str, before: JobStatus | None, after: JobStatus | None, jobs: int = 1
    ) -> None:
        """Counts a change of state."""
        if before is not None:
            self._tally[queue, before][0] -= jobs
        if after is not None:
            self._tally[queue, after][0] += jobs
            self._tally[queue, after][1] += 0 if before is after else jobs

    def announce(self, queue: str) -> None:
        """Has one of those who wait for this queue woken, if the call succeeds."""
        self._announced.add(queue)

    def number_in(self, queue: str, *statuses: JobStatus) -> int:
        """Returns how many jobs of a queue are in one of the states by now."""
        self._write_counts()
        return super().number_in(queue, *statuses)

    def tail(self, queue: str, level: JobPriority) -> int:
        """Returns the score behind the last ready job of a level."""
        last = self._edge(_LAST, queue, level)
        return level * _LEVEL_SPAN if last is None else last + 1

    def head(self, queue: str, level: JobPriority) -> int:
        """Returns the score before the first ready job of a level."""
        first = self._edge(_FIRST, queue, level)
        return level * _LEVEL_SPAN if first is None else first - 1

    def keep(self) -> None:
        """Ends a call that succeeded."""
        self._write_counts()
        self.arrivals |= self._announced
        self._announced.clear()

    def forget(self) -> None:
        """Drops what a failed call counted and announced."""
        self._tally.clear()
        self._announced.clear()

    def _edge(self, query: str, queue: str, level: JobPriority) -> int | None:
        middle, reach = level * _LEVEL_SPAN, _LEVEL_SPAN // 2 - 1
        found = self.execute(query, (queue, READY_PLACE, middle - reach, middle + reach))
        edge: int | None = found.fetchone()[0]
        return edge

    def _write_counts(self) -> None:
        changes = [
            (queue, status.value, now, ever)
            for (queue, status), (now, ever) in self._tally.items()
            if now or ever
        ]
        if changes:
            self.executemany(_COUNT, changes)
        self._tally.clear()
