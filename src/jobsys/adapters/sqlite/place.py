"""Writing where jobs stand."""

import json
from collections.abc import Sequence
from typing import Final

from jobsys.adapters.sqlite.rows import PLACES
from jobsys.adapters.sqlite.transaction import Transaction
from jobsys.domain.attempt_error import KEPT_ERRORS, AttemptError
from jobsys.domain.priority import JobPriority
from jobsys.domain.record import Standing

_PLACE: Final = """
    UPDATE jobs SET changed_ms = ?, place = ?, status = ?, priority = ?, lane = ?, attempts = ?,
        crashes = ?, alone = ?, reason = ?, percent = ?, message = ?, score = ?, due_ms = ?,
        held_ms = ?, result = ?
    WHERE id IN (SELECT value FROM json_each(?))"""
_HISTORY: Final = "SELECT history FROM errors WHERE id = ?"
_NEW_HISTORY: Final = "INSERT OR REPLACE INTO errors (id, history) VALUES (?, ?)"

# What is written of a job; jobs of which the same is written share one statement.
Placement = tuple[bool | bytes | int | str | None, ...]


def placement(
    after: Standing,
    score: int,
    due_ms: int | None,
    held_ms: int | None,
    result: bytes | None,
) -> Placement:
    """Returns what is written of a standing, beside its instant; token and start never change here."""
    return (
        PLACES[after.status],
        after.status.value,
        after.priority.value,
        after.lane,
        after.attempts,
        after.crashes,
        after.alone,
        None if after.reason is None else after.reason.value,
        after.percent,
        after.message,
        score,
        due_ms,
        held_ms,
        result,
    )


def place(transaction: Transaction, ids: Sequence[int], common: Placement) -> None:
    """Moves jobs to the place of the state that they enter."""
    transaction.execute(_PLACE, (transaction.now, *common, json.dumps(ids)))


def add_error(transaction: Transaction, job: int, error: AttemptError) -> None:
    """Adds a line to a job's history, and drops the oldest where it grows too long."""
    found: tuple[str] | None = transaction.execute(_HISTORY, (job,)).fetchone()
    lines = found[0].splitlines() if found else []
    history = "\n".join([*lines, error.model_dump_json()][-KEPT_ERRORS:])
    transaction.execute(_NEW_HISTORY, (job, history))


class Ends:
    """Draws scores at the ends of ready lists, each one once."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._heads: dict[tuple[str, JobPriority], int] = {}
        self._tails: dict[tuple[str, JobPriority], int] = {}

    def head(self, queue: str, level: JobPriority) -> int:
        """Returns a score before all others."""
        last = self._heads.get((queue, level))
        drawn = self._transaction.head(queue, level) if last is None else last - 1
        self._heads[queue, level] = drawn
        return drawn

    def tail(self, queue: str, level: JobPriority) -> int:
        """Returns a score behind all others."""
        last = self._tails.get((queue, level))
        drawn = self._transaction.tail(queue, level) if last is None else last + 1
        self._tails[queue, level] = drawn
        return drawn
