"""Which jobs have been done, in the host's own database and in the handler's own transaction."""

from datetime import UTC, datetime, timedelta
from typing import Final

from jobsys.adapters.sql.dialect import check_transaction, checked_table, spelled
from jobsys.domain.instants import span_ms, to_ms
from jobsys.ports.outbox import Connection

_CREATE: Final = "CREATE TABLE IF NOT EXISTS {} (job_id TEXT PRIMARY KEY, done_ms BIGINT NOT NULL)"
_ADD: Final = "INSERT INTO {} (job_id, done_ms) VALUES (?, ?) ON CONFLICT DO NOTHING"
_PRUNE: Final = "DELETE FROM {} WHERE done_ms <= ?"


class Inbox:
    """A table with the ids of jobs whose work was committed; it never commits by itself.

    For `sqlite3`, and for other drivers of PEP 249 whose database knows `ON CONFLICT`, such as
    PostgreSQL.
    """

    def __init__(self, table: str = "jobsys_inbox") -> None:
        self._table = checked_table(table)

    def create(self, connection: Connection) -> None:
        """Makes the table, unless there is one."""
        connection.cursor().execute(_CREATE.format(self._table))

    def processed(self, connection: Connection, job_id: str) -> bool:
        """Says whether the job's work was committed before; else notes it in this transaction.

        Of two attempts at the same time the second waits for the first one's commit or rollback.

        Raises:
            ConfigurationError: the connection has no transaction that the note would be part of.
        """
        check_transaction(connection)
        cursor = connection.cursor()
        cursor.execute(spelled(_ADD.format(self._table), connection), (job_id, _now_ms()))
        return cursor.rowcount == 0

    def prune(self, connection: Connection, older_than: timedelta) -> int:
        """Forgets jobs that were done longer ago, and says how many.

        What may still run again must be younger: keep ids longer than jobs and dead letters.
        """
        cursor = connection.cursor()
        before = _now_ms() - span_ms(older_than)
        cursor.execute(spelled(_PRUNE.format(self._table), connection), (before,))
        return cursor.rowcount


def _now_ms() -> int:
    return to_ms(datetime.now(UTC))
