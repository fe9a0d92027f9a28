"""What time asks for."""

import json
from collections.abc import Sequence
from typing import Final

from jobsys.adapters.sqlite.holds import drop_holds
from jobsys.adapters.sqlite.job_logs import forget_old_logs
from jobsys.adapters.sqlite.rows import (
    DEAD_PLACE,
    DELAYED_PLACE,
    DONE_PLACE,
    READY_PLACE,
)
from jobsys.adapters.sqlite.transaction import Transaction
from jobsys.adapters.sqlite.turns import forget_old_turns
from jobsys.domain.instants import NEVER_MS, from_ms
from jobsys.domain.priority import JobPriority
from jobsys.domain.status import DONE, LEASED, JobStatus
from jobsys.ports.job_queue import Tick

_LOWEST: Final = """
    SELECT id, status, priority FROM jobs WHERE queue = ? AND place = ? AND score <= ?
    ORDER BY score, key LIMIT ?"""
_PROMOTE: Final = """
    UPDATE jobs SET place = ?, score = ?, status = ?, changed_ms = coalesce(due_ms, ?), due_ms = NULL
    WHERE id = ?"""
_REMOVE: Final = "DELETE FROM jobs WHERE id IN (SELECT value FROM json_each(?))"
_REMOVE_HISTORIES: Final = "DELETE FROM errors WHERE id IN (SELECT value FROM json_each(?))"

_SHRINK: Final = "PRAGMA incremental_vacuum(1)"  # Python steps once, however many are asked for

FREE_PAGES_KEPT: Final = 1_000
PAGES_GIVEN_BACK: Final = 500

Found = tuple[int, str, int]


def tick(
    transaction: Transaction, queues: Sequence[str], limit: int, keep_last: int | None
) -> Tick:
    """Promotes what is due and removes what is over; see `JobQueue.tick`."""
    promoted = sum(_promote(transaction, queue, limit) for queue in queues)
    removed = sum(_sweep(transaction, queue, limit, keep_last) for queue in queues)
    for queue in queues:
        drop_holds(transaction, queue, limit)
    forget_old_turns(transaction)
    forget_old_logs(transaction)
    has_more = _shrink(transaction)
    leased = sum(transaction.number_in(queue, *LEASED) for queue in queues)
    now = from_ms(transaction.now)
    over = now if has_more else transaction.first_of(queues, DONE_PLACE, DEAD_PLACE)
    return Tick(promoted, removed, leased, transaction.next_due(queues), over, now)


def remove(transaction: Transaction, queue: str, found: Sequence[Found]) -> int:
    """Forgets jobs wherever they stand, and returns how many; totals stay."""
    if found:
        ids = json.dumps([job for job, _, _ in found])
        transaction.execute(_REMOVE, (ids,))
        transaction.execute(_REMOVE_HISTORIES, (ids,))
        for _, status, _ in found:
            transaction.note(queue, JobStatus(status), None)
    return len(found)


def _promote(transaction: Transaction, queue: str, limit: int) -> int:
    found = _lowest(transaction, queue, DELAYED_PLACE, transaction.now, limit)
    target = JobStatus.QUEUED
    due: list[tuple[str, int, str, int, int]] = []
    for job, status, level in found:
        score = transaction.tail(queue, JobPriority(level))
        due.append((READY_PLACE, score, target.value, transaction.now, job))
        transaction.note(queue, JobStatus(status), target)
    if due:
        transaction.executemany(_PROMOTE, due)
        transaction.arrivals.add(queue)
    return len(due)


def _sweep(transaction: Transaction, queue: str, limit: int, keep_last: int | None) -> int:
    if keep_last is None:
        return 0
    now = transaction.now
    removed = remove(transaction, queue, _lowest(transaction, queue, DONE_PLACE, now, limit))
    removed += remove(transaction, queue, _lowest(transaction, queue, DEAD_PLACE, now, limit))
    surplus = min(transaction.number_in(queue, *DONE) - keep_last, limit)
    if surplus > 0:
        first = _lowest(transaction, queue, DONE_PLACE, NEVER_MS, surplus)
        removed += remove(transaction, queue, first)
    return removed


def _shrink(transaction: Transaction) -> bool:
    """Gives some of the pages that removed jobs left back to the disk; says whether more are left."""
    free: int = transaction.execute("PRAGMA freelist_count").fetchone()[0]
    for _ in range(min(free - FREE_PAGES_KEPT, PAGES_GIVEN_BACK)):
        transaction.execute(_SHRINK)
    return free > FREE_PAGES_KEPT + PAGES_GIVEN_BACK


def _lowest(
    transaction: Transaction, queue: str, place: str, up_to: int, limit: int
) -> Sequence[Found]:
    return transaction.execute(_LOWEST, (queue, place, up_to, limit)).fetchall()
