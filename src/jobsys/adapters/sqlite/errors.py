"""Where SQLite's errors become ours."""

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from jobsys.domain.errors import ConfigurationError, JobsysError
from jobsys.ports.errors import QueueDamaged, QueueUnavailable

_LATER: Final = {
    sqlite3.SQLITE_BUSY: "another program keeps it locked",
    sqlite3.SQLITE_LOCKED: "another connection keeps it locked",
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_IOERR: "the disk does not read or write it",
    sqlite3.SQLITE_NOMEM: "there is no memory left",
    sqlite3.SQLITE_INTERRUPT: "the call was interrupted",
}
_MENDED_BY_HAND: Final = {
    sqlite3.SQLITE_CANTOPEN: "make sure that its folder exists and that this user may write there",
    sqlite3.SQLITE_READONLY: "let this user write to the file and to its folder",
    sqlite3.SQLITE_PERM: "let this user write to the file and to its folder",
    sqlite3.SQLITE_AUTH: "let this user write to the file and to its folder",
    sqlite3.SQLITE_NOTADB: "it is not a SQLite database: name another file, or move it away",
}

_MENDED_BY_A_COPY: Final = (
    "stop what uses it, keep it, and put a backup in its place, or what"
    " `sqlite3 FILE .recover` saves of it"
)


@contextmanager
def translated(path: Path) -> Generator[None]:
    """Raises what SQLite reports about this file as an error of ours that names the file."""
    try:
        yield
    except sqlite3.Error as error:
        raise _meaning(path, error) from error


def _meaning(path: Path, error: sqlite3.Error) -> JobsysError:
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if why := _LATER.get(code):
        return QueueUnavailable(f"{path} is not available: {why} ({error})")
    if mend := _MENDED_BY_HAND.get(code):
        return ConfigurationError(f"{path} cannot be used ({error}): {mend}")
    return QueueDamaged(f"{path} is not as jobsys wrote it ({error}): {_MENDED_BY_A_COPY}")
