"""Reading the jobs of an outbox, by a connection of one's own."""

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final, cast

from jobsys.adapters.sql.dialect import checked_table, spelled
from jobsys.adapters.sql.own_thread import OwnThread
from jobsys.domain import envelope
from jobsys.domain.instants import from_ms, to_ms
from jobsys.domain.job_id import JobId
from jobsys.domain.priority import JobPriority
from jobsys.ports.outbox import Connect, Connection, OutboxRows
from jobsys.ports.submission import Submission

log = logging.getLogger("jobsys.relay")

CLOSE_WITHIN: Final = 1.0
"""In seconds: what a database that hangs may cost a stop."""

_ANY: Final = "SELECT 1 FROM {} LIMIT 1"
_WAITING: Final = (
    "SELECT job_id, envelope, priority, due_ms FROM {} WHERE run < ? OR run > ?"
    " ORDER BY written_ms, job_id LIMIT ?"
)
_RELAYED: Final = "UPDATE {} SET run = ?, relayed_ms = ? WHERE job_id = ?"
_FORGET: Final = "DELETE FROM {} WHERE run = ? AND relayed_ms <= ?"


class SqlOutboxRows(OutboxRows):
    """Works in a thread of its own."""

    def __init__(self, connect: Connect, table: str) -> None:
        self._connect = connect
        self._table = checked_table(table)
        self._thread = OwnThread(connect)

    async def are_any(self) -> bool:
        return bool(await self._found(_ANY))

    async def waiting(self, run: str, limit: int) -> Sequence[Submission]:
        return list(_readable(await self._found(_WAITING, run, run, limit)))

    async def relayed(self, ids: Sequence[JobId], run: str, at: datetime) -> None:
        rows = [(run, to_ms(at), job_id) for job_id in ids]
        await self._thread.done(
            lambda connection: connection.cursor().executemany(
                self._spelled(_RELAYED, connection), rows
            )
        )

    async def forget(self, run: str, before: datetime) -> None:
        values = run, to_ms(before)
        await self._thread.done(
            lambda connection: connection.cursor().execute(
                self._spelled(_FORGET, connection), values
            )
        )

    async def close(self) -> None:
        ending, self._thread = self._thread, OwnThread(self._connect)
        await ending.end(CLOSE_WITHIN)

    async def _found(self, statement: str, *values: object) -> Sequence[Sequence[object]]:
        def found(connection: Connection) -> Sequence[Sequence[object]]:
            cursor = connection.cursor()
            cursor.execute(self._spelled(statement, connection), values)
            return cursor.fetchall()

        return await self._thread.done(found)

    def _spelled(self, statement: str, connection: Connection) -> str:
        return spelled(statement.format(self._table), connection)


def _readable(rows: Sequence[Sequence[object]]) -> Iterator[Submission]:
    """Yields the jobs of rows; one that nobody can read keeps no other from being handed over."""
    for row in rows:
        try:
            yield _submission(*cast("tuple[str, str, int, int | None]", tuple(row)))
        except ValueError as error:
            log.error("the outbox holds a row that is no job, %r: %s", row[0], error)


def _submission(job_id: str, text: str, priority: int, due_ms: int | None) -> Submission:
    header, payload = envelope.decode(text.encode())
    due = None if due_ms is None else from_ms(due_ms)
    claim = header.unique_claim(payload)
    return Submission(
        JobId.parse(job_id), header, payload, JobPriority(priority), due, unique=claim
    )
