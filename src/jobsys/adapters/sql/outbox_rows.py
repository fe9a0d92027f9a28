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
from jobsys.ports.outbox import Connect, Connection, OutboxRows, Page, Place
from jobsys.ports.submission import Submission

log = logging.getLogger("jobsys.relay")

CLOSE_WITHIN: Final = 1.0
"""In seconds: what a database that hangs may cost a stop."""
TOLD_OF: Final = 1000
"""How many rows that nobody can read are told of, once each."""
_BEFORE_ALL: Final[Place] = (-(2**63), "")

_ANY: Final = "SELECT 1 FROM {} LIMIT 1"
_WAITING: Final = (
    "SELECT written_ms, job_id, envelope, priority, due_ms FROM {} WHERE (run < ? OR run > ?)"
    " AND (written_ms > ? OR (written_ms = ? AND job_id > ?))"
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
        self._told_of: set[str] = set()

    async def are_any(self) -> bool:
        return bool(await self._found(_ANY))

    async def waiting(self, run: str, limit: int, after: Place | None) -> Page:
        written, job_id = after or _BEFORE_ALL
        rows = await self._found(_WAITING, run, run, written, written, job_id, limit)
        last = cast("Place", tuple(rows[-1][:2])) if len(rows) == limit else None
        return Page(list(self._readable(rows)), last)

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

    def _readable(self, rows: Sequence[Sequence[object]]) -> Iterator[Submission]:
        """Yields the jobs of rows; one that nobody can read keeps no other from its hand-over."""
        for row in rows:
            try:
                yield _submission(*cast("tuple[str, str, int, int | None]", tuple(row[1:])))
            except Exception as error:  # noqa: BLE001 (a column may hold whatever there is)
                self._tell(f"{row[1]!r:.200}", error)

    def _tell(self, job_id: str, error: Exception) -> None:
        if job_id not in self._told_of and len(self._told_of) < TOLD_OF:
            self._told_of.add(job_id)
            log.error("the outbox holds a row that is no job, %s: %s", job_id, error)

    def _spelled(self, statement: str, connection: Connection) -> str:
        return spelled(statement.format(self._table), connection)


def _submission(job_id: str, text: str, priority: int, due_ms: int | None) -> Submission:
    header, payload = envelope.decode(text.encode())
    due = None if due_ms is None else from_ms(due_ms)
    claim = header.unique_claim(payload)
    return Submission(
        JobId.parse(job_id), header, payload, JobPriority(priority), due, unique=claim
    )
