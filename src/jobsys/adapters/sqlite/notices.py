"""Notices and listeners as rows."""

from collections.abc import Sequence
from typing import Final

from jobsys.adapters.sqlite.snapshot import Snapshot
from jobsys.adapters.sqlite.transaction import Transaction

FORGOTTEN_AFTER_MS: Final = 10_000
"""A listener that was not seen for so long has died."""
KEPT: Final = 20_000
"""The number of notices after which the oldest is overwritten: twice what a listener keeps."""
MOST_AT_ONCE: Final = 1_000

_LAST: Final = "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'notices'"


def has_listeners(snapshot: Snapshot, now: int) -> bool:
    """Tells whether anybody listens."""
    found = snapshot.execute(
        "SELECT 1 FROM listeners WHERE seen_ms > ? LIMIT 1", (now - FORGOTTEN_AFTER_MS,)
    )
    return found.fetchone() is not None


def add(transaction: Transaction, notices: Sequence[bytes]) -> None:
    """Writes notices, and drops the oldest."""
    transaction.executemany("INSERT INTO notices (notice) VALUES (?)", [(n,) for n in notices])
    transaction.execute("DELETE FROM notices WHERE number <= ?", (_last(transaction) - KEPT,))


def notices_after(snapshot: Snapshot, last: int) -> Sequence[tuple[int, bytes]]:
    """Returns the notices that were written after one, each with its number."""
    return snapshot.execute(
        "SELECT number, notice FROM notices WHERE number > ? ORDER BY number LIMIT ?",
        (last, MOST_AT_ONCE),
    ).fetchall()


def enter(transaction: Transaction, listener: str) -> int:
    """Notes that somebody listens, and returns the number of the last notice before that."""
    see(transaction, listener)
    dead = transaction.now - FORGOTTEN_AFTER_MS
    transaction.execute("DELETE FROM listeners WHERE seen_ms <= ?", (dead,))
    return _last(transaction)


def see(transaction: Transaction, listener: str) -> bool:
    """Notes that a listener lives."""
    transaction.execute(
        "INSERT OR REPLACE INTO listeners (id, seen_ms) VALUES (?, ?)",
        (listener, transaction.now),
    )
    return True


def leave(transaction: Transaction, listener: str) -> bool:
    """Forgets a listener, and with the last one all notices."""
    transaction.execute("DELETE FROM listeners WHERE id = ?", (listener,))
    if not has_listeners(transaction, transaction.now):
        transaction.execute("DELETE FROM notices")
    return True


def _last(transaction: Transaction) -> int:
    last: int = transaction.execute(_LAST).fetchone()[0]
    return last
