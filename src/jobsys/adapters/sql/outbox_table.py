"""Jobs in a table of the host's own database."""

from datetime import datetime
from typing import Final

from jobsys.adapters.sql.dialect import check_transaction, checked_table, spelled
from jobsys.domain import envelope
from jobsys.domain.instants import due_ms, to_ms
from jobsys.ports.outbox import Connection, OutboxTable
from jobsys.ports.submission import Submission

# `run` is that of the backend which was given the job last; '' where none was.
_CREATE: Final = """
CREATE TABLE IF NOT EXISTS {} (
    job_id TEXT PRIMARY KEY,
    envelope TEXT NOT NULL,
    priority INTEGER NOT NULL,
    due_ms BIGINT,
    written_ms BIGINT NOT NULL,
    run TEXT NOT NULL DEFAULT '',
    relayed_ms BIGINT
)"""
_INDEX: Final = "CREATE INDEX IF NOT EXISTS {}_run ON {} (run, written_ms)"
_ADD: Final = (
    "INSERT INTO {} (job_id, envelope, priority, due_ms, written_ms) VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT DO NOTHING"
)


class SqlOutboxTable(OutboxTable):
    """For `sqlite3`, and for other drivers of PEP 249 whose database knows `ON CONFLICT`."""

    def __init__(self, name: str) -> None:
        self._name = checked_table(name)

    def create(self, connection: Connection) -> None:
        cursor = connection.cursor()
        cursor.execute(_CREATE.format(self._name))
        cursor.execute(_INDEX.format(self._name.rpartition(".")[2], self._name))

    def add(self, connection: Connection, submission: Submission, at: datetime) -> None:
        check_transaction(connection)
        now = to_ms(at)
        row = (
            submission.job_id,
            envelope.encode(submission.header, submission.payload).decode(),
            int(submission.priority),
            None if submission.due is None else due_ms(submission.due, now),
            now,
        )
        connection.cursor().execute(spelled(_ADD.format(self._name), connection), row)
