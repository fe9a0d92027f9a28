"""Which tables a jobsys file has: made step by step, in the order in which releases added them."""

import logging
import sqlite3
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Final

from jobsys.domain.errors import ConfigurationError

log = logging.getLogger("jobsys.sqlite")

LAYOUT: Final = 10
"""How many steps there are in `layouts/`; a file's `user_version` says how many it has taken."""
APPLICATION: Final = int.from_bytes(b"jobs")

_STEPS: Final = files("jobsys.adapters.sqlite") / "layouts"


def bring_up_to_date(connection: sqlite3.Connection, path: Path) -> None:
    """Takes every step that a file lacks, all in one transaction; a new file lacks every one.

    Raises:
        ConfigurationError: a newer release has made it, or another program; it is left as it was.
    """
    connection.execute("BEGIN")
    layout = _layout_of(connection, path)
    connection.execute("COMMIT")
    if layout < LAYOUT:
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")  # heeded by a new file only
        connection.execute("BEGIN IMMEDIATE")
        _take_steps(connection, path)
        connection.execute("COMMIT")


def steps(*, after: int = 0) -> Sequence[str]:
    """Returns what SQL makes a file of this release from one of the layout `after`; 0 is none."""
    return [(_STEPS / f"{step}.sql").read_text() for step in range(after + 1, LAYOUT + 1)]


def _take_steps(connection: sqlite3.Connection, path: Path) -> None:
    layout = _layout_of(connection, path)  # others may have been here first
    for step, script in enumerate(steps(after=layout), start=layout + 1):
        for statement in _statements(script):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {step}")
    if 0 < layout < LAYOUT:
        log.info("%s is brought from layout %d to %d", path, layout, LAYOUT)


def _layout_of(connection: sqlite3.Connection, path: Path) -> int:
    application, layout = _number(connection, "application_id"), _number(connection, "user_version")
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if application == APPLICATION and layout > LAYOUT:
        raise ConfigurationError(
            f"{path} has layout {layout}, this jobsys knows {LAYOUT}: upgrade jobsys,"
            " or give it a file of its own"
        )
    if application != APPLICATION and (application or layout or tables):
        raise ConfigurationError(
            f"{path} is the database of another program: give jobsys a file of its own"
        )
    return layout


def _number(connection: sqlite3.Connection, pragma: str) -> int:
    value: int = connection.execute(f"PRAGMA {pragma}").fetchone()[0]
    return value


def _statements(script: str) -> Iterator[str]:
    """Yields the statements of a script: `executescript` would end the transaction before."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
