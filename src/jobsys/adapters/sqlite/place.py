"""Writing where jobs stand."""

import json
from collections.abc import Sequence
from typing import Final

from jobsys.adapters.sqlite.rows import PLACES, WORDS, ms_or_none
from jobsys.adapters.sqlite.transaction import Transaction
from jobsys.domain.attempt_error import AttemptError, with_latest
from jobsys.domain.record import Standing

_PLACE: Final = """
    UPDATE jobs SET changed_ms = ?, place = ?, status = ?, priority = ?, lane = ?, attempts = ?,
        crashes = ?, alone = ?, reason = ?, percent = ?, message = ?, score = ?, due_ms = ?,
        started_ms = ?, held_ms = ?, result = ?
    WHERE id IN (SELECT value FROM json_each(?))"""
_HISTORY: Final = "SELECT history FROM errors WHERE id = ?"
_NEW_HISTORY: Final = "INSERT OR REPLACE INTO errors (id, history) VALUES (?, ?)"

# What is written of a job; jobs of which the same is written share one statement.
Placement = tuple[bool | bytes | int | str | None, ...]


def placement(after: Standing, score: int, due_ms: int | None, result: bytes | None) -> Placement:
    """Returns what is written of a standing, all but `changed_at`; only claims change the token."""
    return (
        PLACES[after.status],
        WORDS[after.status],
        int(after.priority),
        after.lane,
        after.attempts,
        after.crashes,
        after.alone,
        None if after.reason is None else after.reason.value,
        after.percent,
        after.message,
        score,
        due_ms,
        ms_or_none(after.started_at),
        ms_or_none(after.held_at),
        result,
    )


def place(transaction: Transaction, ids: Sequence[int], common: Placement) -> None:
    """Moves jobs to the place of the state that they enter."""
    transaction.execute(_PLACE, (transaction.now, *common, json.dumps(ids)))


def add_error(transaction: Transaction, job: int, error: AttemptError) -> None:
    """Adds a line to a job's history, and drops the oldest where it grows too long."""
    found: tuple[str] | None = transaction.execute(_HISTORY, (job,)).fetchone()
    lines = found[0].split("\n") if found else []
    history = "\n".join(with_latest(lines, error.model_dump_json()))
    transaction.execute(_NEW_HISTORY, (job, history))
