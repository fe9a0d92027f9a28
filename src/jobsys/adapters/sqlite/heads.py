"""Which jobs of a queue in a file are claimed next."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final

from jobsys.adapters.sqlite.rows import LEVEL_SPAN, READY_PLACE, SELECT_JOBS, JobRow
from jobsys.adapters.sqlite.transaction import Transaction
from jobsys.domain.instants import span_ms
from jobsys.domain.priority import ALL_LEVELS, JobPriority
from jobsys.domain.queue_policy import aged_share
from jobsys.ports.turn import Claim

_READY: Final = SELECT_JOBS + "WHERE queue = ? AND place = ? ORDER BY score LIMIT ?"
_AT_LEVEL: Final = (
    SELECT_JOBS + "WHERE queue = ? AND place = ? AND score BETWEEN ? AND ? ORDER BY score LIMIT ?"
)
_OWED: Final = "SELECT claims FROM owed WHERE queue = ?"
_OWE: Final = "INSERT OR REPLACE INTO owed (queue, claims) VALUES (?, ?)"


def heads(transaction: Transaction, wish: Claim) -> Sequence[JobRow]:
    """Returns the rows that a claim takes, in that order."""
    policy = transaction.policy(wish.queue)
    if policy.paused:
        return []
    if policy.age_after is None and wish.levels is ALL_LEVELS:
        return transaction.execute(_READY, (wish.queue, READY_PLACE, wish.limit)).fetchall()
    wanted: dict[int, JobRow] = {}
    if policy.age_after is not None:
        wanted.update((row[0], row) for row in _aged(transaction, wish, policy.age_after))
    for level in wish.levels:
        if len(wanted) < wish.limit:
            wanted.update((row[0], row) for row in _at(transaction, wish.queue, level, wish.limit))
    return list(wanted.values())[: wish.limit]


def _aged(transaction: Transaction, wish: Claim, age_after: timedelta) -> Sequence[JobRow]:
    """Returns the share of the claim that goes to jobs which have waited too long behind others."""
    queue, first = wish.queue, dict(_first_of_each(transaction, wish))
    latest = transaction.now - span_ms(age_after)
    behind = [(row[7], level) for level, row in list(first.items())[1:] if row[7] <= latest]
    if not behind:
        return []
    owed: tuple[int] | None = transaction.execute(_OWED, (queue,)).fetchone()
    share, owing = aged_share(owed[0] if owed else 0, wish.limit)
    transaction.execute(_OWE, (queue, owing))
    return _at(transaction, queue, min(behind)[1], share)


def _first_of_each(transaction: Transaction, wish: Claim) -> Iterator[tuple[JobPriority, JobRow]]:
    """Yields the first ready job of each level that has one."""
    for level in wish.levels:
        for row in _at(transaction, wish.queue, level, 1):
            yield level, row


def _at(transaction: Transaction, queue: str, level: JobPriority, limit: int) -> Sequence[JobRow]:
    middle, reach = level * LEVEL_SPAN, LEVEL_SPAN // 2 - 1
    span = middle - reach, middle + reach
    return transaction.execute(_AT_LEVEL, (queue, READY_PLACE, *span, limit)).fetchall()
