"""What the calls that share a transaction write and count."""

import sqlite3
from collections import defaultdict
from typing import Final

from jobsys.adapters.sqlite.rows import LEVEL_SPAN, READY_PLACE, WORDS
from jobsys.adapters.sqlite.snapshot import Snapshot
from jobsys.domain.priority import JobPriority
from jobsys.domain.queue_policy import QueuePolicy
from jobsys.domain.status import JobStatus

_COUNT: Final = """
    INSERT INTO counts (queue, status, now, ever) VALUES (?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET now = now + excluded.now, ever = ever + excluded.ever"""
_LAST: Final = """
    SELECT max(score) FROM jobs WHERE queue = ? AND place = ? AND score BETWEEN ? AND ?"""
_FIRST: Final = """
    SELECT min(score) FROM jobs WHERE queue = ? AND place = ? AND score BETWEEN ? AND ?"""


class Transaction(Snapshot):
    """A moment in which nobody else writes; `now` is its instant in milliseconds.

    `arrivals` are the queues in which there is work for those who wait.
    """

    def __init__(self, connection: sqlite3.Connection, now: int) -> None:
        super().__init__(connection)
        self.executemany = connection.executemany
        self.now = now
        self.arrivals: set[str] = set()
        self._tally: defaultdict[tuple[str, JobStatus], list[int]] = defaultdict(lambda: [0, 0])
        self._policies: dict[str, QueuePolicy] = {}
        self._heads: dict[tuple[str, JobPriority], int] = {}
        self._tails: dict[tuple[str, JobPriority], int] = {}

    def note(
        self, queue: str, before: JobStatus | None, after: JobStatus | None, jobs: int = 1
    ) -> None:
        """Counts a change of state."""
        if before is not None:
            self._tally[queue, before][0] -= jobs
        if after is not None:
            entered = self._tally[queue, after]
            entered[0] += jobs
            entered[1] += 0 if before is after else jobs

    def policy(self, queue: str) -> QueuePolicy:
        """Returns what was set of a queue, asked once."""
        known = self._policies.get(queue)
        if known is None:
            known = self._policies[queue] = super().policy(queue)
        return known

    def forget_policies(self) -> None:
        """Asks anew what was set of queues."""
        self._policies.clear()

    def number_in(self, queue: str, *statuses: JobStatus) -> int:
        """Returns how many jobs of a queue are in one of the states by now."""
        self.write_counts()
        return super().number_in(queue, *statuses)

    def write_counts(self) -> None:
        """Writes what was counted; the last thing before the commit."""
        changes = [
            (queue, WORDS[status], now, ever)
            for (queue, status), (now, ever) in self._tally.items()
            if now or ever
        ]
        if changes:
            self.executemany(_COUNT, changes)
        self._tally.clear()

    def head(self, queue: str, level: JobPriority) -> int:
        """Draws the score before the first ready job of a level."""
        first = self._heads.get((queue, level))
        if first is None:
            first = self._edge(_FIRST, queue, level, level * LEVEL_SPAN + 1)
        self._heads[queue, level] = first - 1
        return first - 1

    def tail(self, queue: str, level: JobPriority) -> int:
        """Draws the score behind the last ready job of a level."""
        last = self._tails.get((queue, level))
        if last is None:
            last = self._edge(_LAST, queue, level, level * LEVEL_SPAN - 1)
        self._tails[queue, level] = last + 1
        return last + 1

    def _edge(self, query: str, queue: str, level: JobPriority, of_none: int) -> int:
        middle, reach = level * LEVEL_SPAN, LEVEL_SPAN // 2 - 1
        found = self.execute(query, (queue, READY_PLACE, middle - reach, middle + reach))
        edge: int | None = found.fetchone()[0]
        return of_none if edge is None else edge
