"""What databases differ in, as far as a few plain statements meet it."""

import re
import sys
from typing import Final, Protocol, runtime_checkable

from jobsys.domain.errors import ConfigurationError
from jobsys.ports.outbox import Connection

_TABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)?")
_MARKERS: Final = {"qmark": "?", "format": "%s", "pyformat": "%s"}
_IDLE: Final = 0


class _Info(Protocol):
    """What libpq says of a connection."""

    @property
    def transaction_status(self) -> int: ...


@runtime_checkable
class _OfLibpq(Protocol):
    """A connection of `psycopg`, and of `psycopg2`."""

    @property
    def autocommit(self) -> bool: ...

    @property
    def info(self) -> _Info: ...


def checked_table(name: str) -> str:
    """Lets a name pass that is one in SQL, with a schema before it or not.

    Raises:
        ConfigurationError: it is none.
    """
    if not _TABLE.fullmatch(name):
        raise ConfigurationError(f"{name!r:.80} is no name of a table: write letters, digits and _")
    return name


def spelled(statement: str, connection: Connection) -> str:
    """Returns a statement whose values are marked by `?` as the connection's driver marks them.

    Raises:
        ConfigurationError: the driver marks them neither by `?` nor by `%s`.
    """
    style = _paramstyle(connection)
    marker = _MARKERS.get(style)
    if marker is None:
        raise ConfigurationError(
            f"{type(connection).__module__} marks values in the style {style!r}: only qmark,"
            " format and pyformat are known here"
        )
    return statement.replace("?", marker)


def check_transaction(connection: Connection) -> None:
    """Lets a connection pass that does not commit each statement by itself.

    Raises:
        ConfigurationError: it says that it does, outside of a transaction, as those of `sqlite3`
            and `psycopg` can.
    """
    if _commits_each_of_sqlite(connection) or _commits_each_of_libpq(connection):
        raise ConfigurationError(
            "this connection commits each statement by itself: begin a transaction first, or"
            " connect without isolation_level=None and autocommit=True"
        )


def _commits_each_of_sqlite(connection: Connection) -> bool:
    opens_none = getattr(connection, "isolation_level", "") is None
    opens_none = opens_none or getattr(connection, "autocommit", False) is True
    return opens_none and getattr(connection, "in_transaction", None) is False


def _commits_each_of_libpq(connection: Connection) -> bool:
    if not isinstance(connection, _OfLibpq):
        return False
    return connection.autocommit is True and connection.info.transaction_status == _IDLE


def _paramstyle(connection: Connection) -> str:
    for base in type(connection).__mro__:
        for name in (base.__module__, base.__module__.partition(".")[0]):
            if style := getattr(sys.modules.get(name), "paramstyle", None):
                return str(style)
    return "qmark"
