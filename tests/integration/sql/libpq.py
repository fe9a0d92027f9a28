"""A connection that tells of its transactions as those of `psycopg` do."""

import sqlite3
from dataclasses import dataclass
from typing import Final

IDLE: Final = 0
IN_TRANSACTION: Final = 2


@dataclass(frozen=True)
class Info:
    """What libpq says of a connection."""

    transaction_status: int


class Connection:
    """Has neither `in_transaction` nor `isolation_level`."""

    def __init__(self, database: sqlite3.Connection, *, autocommit: bool, status: int) -> None:
        self._database = database
        self.autocommit = autocommit
        self.info = Info(status)

    def cursor(self) -> sqlite3.Cursor:
        """Opens a cursor."""
        return self._database.cursor()

    def commit(self) -> None:
        """Makes what was done last."""
        self._database.commit()

    def rollback(self) -> None:
        """Undoes what was done since the last commit."""
        self._database.rollback()

    def close(self) -> None:
        """Ends the connection."""
        self._database.close()
