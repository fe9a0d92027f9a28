"""Which jobs keep others out, in a file."""

from typing import Final

from jobsys.adapters.sqlite.rows import STATUSES
from jobsys.adapters.sqlite.transaction import Transaction
from jobsys.domain.status import JobStatus
from jobsys.domain.unique import LOOK_AFTER_MS, Hold, UniqueClaim

_HOLD: Final = """
    SELECT key, until_started, until_ms, look_ms FROM holds WHERE queue = ? AND digest = ?"""
_TAKE: Final = """
    INSERT OR REPLACE INTO holds (queue, digest, key, until_started, until_ms, look_ms)
    VALUES (?, ?, ?, ?, ?, ?)"""
_STATUS: Final = "SELECT status FROM jobs WHERE queue = ? AND key = ?"
_TO_LOOK_AT: Final = """
    SELECT digest, key, until_started, until_ms, look_ms FROM holds
    WHERE queue = ? AND look_ms <= ? ORDER BY look_ms LIMIT ?"""
_DROP: Final = "DELETE FROM holds WHERE queue = ? AND digest = ?"
_LOOK_LATER: Final = "UPDATE holds SET look_ms = ? WHERE queue = ? AND digest = ?"


def kept_out_by(transaction: Transaction, queue: str, key: str, claim: UniqueClaim) -> str | None:
    """Returns the key of the job that keeps this one out; None where it holds the digest now."""
    now = transaction.now
    found = transaction.execute(_HOLD, (queue, claim.digest)).fetchone()
    if found is not None:
        held = _hold(*found)
        if held.keeps_out(key, _status_of(transaction, queue, held.key), now):
            return held.key
    new = claim.hold(key, now)
    values = (queue, claim.digest, new.key, int(new.until_started), new.until, new.look_at)
    transaction.execute(_TAKE, values)
    return None


def drop_holds(transaction: Transaction, queue: str, limit: int) -> None:
    """Looks at holds whose time has come, and drops those that are over."""
    now = transaction.now
    for digest, *told in transaction.execute(_TO_LOOK_AT, (queue, now, limit)).fetchall():
        held = _hold(*told)
        if held.is_over(_status_of(transaction, queue, held.key), now):
            transaction.execute(_DROP, (queue, digest))
        else:
            transaction.execute(_LOOK_LATER, (now + LOOK_AFTER_MS, queue, digest))


def _hold(key: str, until_started: int, until: int, look_at: int) -> Hold:
    return Hold(key, bool(until_started), until, look_at)


def _status_of(transaction: Transaction, queue: str, key: str) -> JobStatus | None:
    found: tuple[str] | None = transaction.execute(_STATUS, (queue, key)).fetchone()
    return None if found is None else STATUSES.get(found[0])
