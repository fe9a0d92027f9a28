"""What handlers log, in a file."""

from collections.abc import Sequence
from typing import Final

from jobsys.adapters.sqlite.snapshot import Snapshot
from jobsys.adapters.sqlite.store import SqliteStore
from jobsys.adapters.sqlite.transaction import Transaction
from jobsys.domain.instants import span_ms, to_ms
from jobsys.domain.job_id import JobId
from jobsys.domain.log_line import KEPT_FOR, KEPT_LINES, LogLine, line_in, number_in, written
from jobsys.ports.clock import Clock
from jobsys.ports.job_logs import JobLogs, LogPage

FORGOTTEN_AT_ONCE: Final = 10
"""How many logs one tick forgets: each may have a thousand lines."""

_LOG: Final = """
    INSERT INTO logs (queue, key, until_ms) VALUES (?, ?, ?)
    ON CONFLICT DO UPDATE SET until_ms = excluded.until_ms RETURNING id"""
_LAST: Final = "SELECT line FROM lines WHERE log = ? ORDER BY number DESC LIMIT ?"
_ADD: Final = "INSERT INTO lines (log, line) VALUES (?, ?)"
_TRIM: Final = """
    DELETE FROM lines WHERE log = ? AND number <=
        (SELECT number FROM lines WHERE log = ? ORDER BY number DESC LIMIT 1 OFFSET ?)"""
_READ: Final = """
    SELECT number, line FROM logs JOIN lines ON log = id
    WHERE queue = ? AND key = ? AND until_ms > ? AND number > ? ORDER BY number LIMIT ?"""
_OLD: Final = "SELECT id FROM logs WHERE until_ms <= ? ORDER BY until_ms, id LIMIT ?"


class SqliteJobLogs(JobLogs):
    """Keeps lines in the file of a store."""

    def __init__(self, store: SqliteStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def append(self, lines: Sequence[LogLine]) -> None:
        by_job = written(lines)

        def write(transaction: Transaction) -> bool:
            forget_old_logs(transaction)
            for job_id, texts in by_job.items():
                _add(transaction, job_id, texts)
            return True

        await self._store.write(write)

    async def read(self, job_id: JobId, after: str | None = None, limit: int = 500) -> LogPage:
        last, now = number_in(after), to_ms(self._clock.now())
        asked = job_id.queue, job_id.key, now, last, limit

        def read(snapshot: Snapshot) -> Sequence[tuple[int, str]]:
            return snapshot.execute(_READ, asked).fetchall()

        found = await self._store.read(read)
        lines = [line for _, text in found if (line := line_in(job_id, text))]
        return LogPage(lines, str(found[-1][0]) if found else after)


def forget_old_logs(transaction: Transaction) -> None:
    """Removes some of the logs that have been kept for long enough."""
    old = transaction.execute(_OLD, (transaction.now, FORGOTTEN_AT_ONCE)).fetchall()
    if old:
        transaction.executemany("DELETE FROM lines WHERE log = ?", old)
        transaction.executemany("DELETE FROM logs WHERE id = ?", old)


def _add(transaction: Transaction, job_id: JobId, texts: Sequence[str]) -> None:
    until = transaction.now + span_ms(KEPT_FOR)
    [[log]] = transaction.execute(_LOG, (job_id.queue, job_id.key, until)).fetchall()
    last = [text for (text,) in transaction.execute(_LAST, (log, len(texts)))]
    if last[::-1] != texts:
        transaction.executemany(_ADD, [(log, text) for text in texts])
        transaction.execute(_TRIM, (log, log, KEPT_LINES))
