"""Reading the jobs of an outbox, by a connection of one's own."""

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from typing import Final, TypeVar, cast

from jobsys.adapters.sql.dialect import checked_table, spelled
from jobsys.domain import envelope
from jobsys.domain.instants import from_ms, to_ms
from jobsys.domain.job_id import JobId
from jobsys.domain.priority import JobPriority
from jobsys.ports.outbox import Connect, Connection, Cursor, OutboxRows
from jobsys.ports.submission import Submission

log = logging.getLogger("jobsys.relay")

T = TypeVar("T")

_ANY: Final = "SELECT 1 FROM {} LIMIT 1"
_WAITING: Final = (
    "SELECT job_id, envelope, priority, due_ms FROM {} WHERE run < ? OR run > ?"
    " ORDER BY written_ms, job_id LIMIT ?"
)
_RELAYED: Final = "UPDATE {} SET run = ?, relayed_ms = ? WHERE job_id = ?"
_FORGET: Final = "DELETE FROM {} WHERE run = ? AND relayed_ms <= ?"


class SqlOutboxRows(OutboxRows):
    """Works in a thread of its own, for as long as a call goes wrong with a new connection each."""

    def __init__(self, connect: Connect, table: str) -> None:
        self._connect = connect
        self._table = checked_table(table)
        self._connection: Connection | None = None
        self._thread = _new_thread()

    async def are_any(self) -> bool:
        return bool(await self._done(lambda cursor: self._found(cursor, _ANY)))

    async def waiting(self, run: str, limit: int) -> Sequence[Submission]:
        rows = await self._done(lambda cursor: self._found(cursor, _WAITING, run, run, limit))
        return list(_readable(rows))

    async def relayed(self, ids: Sequence[JobId], run: str, at: datetime) -> None:
        rows = [(run, to_ms(at), job_id) for job_id in ids]
        await self._done(lambda cursor: cursor.executemany(self._spelled(_RELAYED), rows))

    async def forget(self, run: str, before: datetime) -> None:
        values = run, to_ms(before)
        await self._done(lambda cursor: cursor.execute(self._spelled(_FORGET), values))

    async def close(self) -> None:
        thread, self._thread = self._thread, _new_thread()
        await asyncio.get_running_loop().run_in_executor(thread, self._let_go)
        thread.shutdown(wait=False)

    async def _done(self, use: Callable[[Cursor], T]) -> T:
        """Returns what is done in a transaction."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._use, use)

    def _use(self, use: Callable[[Cursor], T]) -> T:
        try:
            done = use(self._opened().cursor())
            self._opened().commit()
        except BaseException:
            self._let_go()
            raise
        return done

    def _opened(self) -> Connection:
        if self._connection is None:
            self._connection = self._connect()
        return self._connection

    def _let_go(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(Exception):  # it may be what has failed
                connection.close()

    def _found(self, cursor: Cursor, statement: str, *values: object) -> Sequence[Sequence[object]]:
        cursor.execute(self._spelled(statement), values)
        return cursor.fetchall()

    def _spelled(self, statement: str) -> str:
        return spelled(statement.format(self._table), self._opened())


def _new_thread() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, "jobsys-relay")  # begins with its first call


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
