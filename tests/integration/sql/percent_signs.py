"""A driver that marks values by percent signs, as those of PostgreSQL do."""

import sqlite3
from collections.abc import Sequence
from typing import Final

paramstyle: Final = "pyformat"


class Cursor(sqlite3.Cursor):
    """Refuses values that are marked otherwise."""

    def execute(self, statement: str, values: Sequence[object] = (), /) -> "Cursor":  # type: ignore[override]  # a cursor of its own
        assert "?" not in statement
        super().execute(statement.replace("%s", "?"), values)
        return self


class Connection(sqlite3.Connection):
    """Opens such cursors."""

    def cursor(self) -> Cursor:  # type: ignore[override]  # a cursor of its own
        return super().cursor(Cursor)
