"""Opens a jobsys file, and makes it where there is none."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Final, Literal, TypeVar

from jobsys.adapters.sqlite.layout import bring_up_to_date
from jobsys.adapters.sqlite.open_file import no_fork
from jobsys.domain.errors import ConfigurationError

T = TypeVar("T")
Synchronous = Literal["FULL", "NORMAL"]

LOCKED_FOR_AT_MOST: Final = 5.0
LARGEST_WAL: Final = 32 * 2**20
OLDEST_SQLITE: Final = (3, 37)

_LOOK_AGAIN_MS: Final = 2


def opened(path: Path, synchronous: Synchronous) -> sqlite3.Connection:
    """Returns a connection that writes ahead, and hardly waits for another program's lock.

    FULL survives a power loss; NORMAL may lose the last moments, but survives `kill -9`.

    Raises:
        ConfigurationError: the file is not ours, or of another layout.
        sqlite3.Error: what SQLite finds; `translated` says what it means.

    """
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise ConfigurationError(
            f"this Python has SQLite {sqlite3.sqlite_version}; jobsys needs 3.37 or newer"
        )
    connection = _connected(path.absolute().as_uri(), timeout=0)
    connection.execute(f"PRAGMA busy_timeout = {_LOOK_AGAIN_MS}")
    try:
        _prepare(connection, path, synchronous)
    except BaseException:
        connection.close()
        raise
    return connection


def begin(connection: sqlite3.Connection) -> None:
    """Begins to write, if nobody else does."""
    connection.execute("BEGIN IMMEDIATE")


def begin_to_look(connection: sqlite3.Connection) -> None:
    """Begins to read what is there now, whatever others write meanwhile."""
    connection.execute("BEGIN")
    connection.execute("SELECT 1 FROM jobs LIMIT 1").fetchone()  # the first read may be refused


def once_unlocked(attempt: Callable[[], T]) -> T:
    """Returns what an attempt returns, made anew until nobody keeps the file locked.

    SQLite itself would look ever more rarely, and find a busy file busy each time; and it refuses
    at once where a program opens or closes a file just now. A fork waits for one attempt at most.

    Raises:
        sqlite3.OperationalError: the file was locked for 5 s, or cannot be used.

    """
    deadline = monotonic() + LOCKED_FOR_AT_MOST
    while True:
        with no_fork:  # one that has begun comes first
            pass
        try:
            return attempt()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or monotonic() > deadline:
                raise


def opened_to_look(path: Path) -> sqlite3.Connection:
    """Returns a connection that never writes, never waits and makes no file."""
    connection = _connected(f"{path.absolute().as_uri()}?mode=rw", timeout=0)
    connection.execute("PRAGMA query_only = ON")
    return connection


def _connected(file: str, timeout: float) -> sqlite3.Connection:
    return sqlite3.connect(
        file, timeout=timeout, isolation_level=None, check_same_thread=False, uri=True
    )


def _prepare(connection: sqlite3.Connection, path: Path, synchronous: Synchronous) -> None:
    bring_up_to_date(connection, path)
    if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(f"PRAGMA synchronous = {synchronous}")
    connection.execute(f"PRAGMA journal_size_limit = {LARGEST_WAL}")
