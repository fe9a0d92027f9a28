"""How a move changes a job."""

from dataclasses import replace
from typing import Final

from jobsys.adapters.sqlite.enqueue import due_ms
from jobsys.adapters.sqlite.place import place, placement
from jobsys.adapters.sqlite.rows import NEVER_MS, SELECT_JOBS, JobRow, ms_or_none, standing_of
from jobsys.adapters.sqlite.transaction import Transaction
from jobsys.adapters.sqlite.upkeep import remove
from jobsys.domain.instants import from_ms, span_ms, to_ms
from jobsys.domain.move import Move
from jobsys.domain.record import Standing
from jobsys.domain.status import DELAYED, LEASED, READY, JobStatus, Row
from jobsys.ports.job_queue import Moved

_NAMED: Final = SELECT_JOBS + "WHERE queue = ? AND key = ?"
_MARK: Final = "UPDATE jobs SET status = ? WHERE id = ?"


def moved(transaction: Transaction, move: Move) -> Moved:
    """Makes one move, if the job's state takes it."""
    found: JobRow | None = transaction.execute(
        _NAMED, (move.job_id.queue, move.job_id.key)
    ).fetchone()
    if found is None:
        return Moved(move.job_id, None, None, False)
    before = standing_of(found)
    row = move.rows.get(before.status)
    if row is None:
        return Moved(move.job_id, before.status, before.status, False)
    _apply(transaction, move, row, found, before)
    return Moved(move.job_id, before.status, row.target, True)


def _apply(transaction: Transaction, move: Move, row: Row, found: JobRow, before: Standing) -> None:
    queue, job = move.job_id.queue, found[0]
    if row.target is None:
        remove(transaction, queue, [(job, before.status.value, before.priority.value)])
        return
    transaction.note(queue, before.status, row.target)
    if row.target in LEASED:
        transaction.execute(_MARK, (row.target.value, job))
        return
    after = _after(before, row, row.target, move, transaction.now)
    score = _score(transaction, queue, after, move)
    result = None if row.starts_over else found[-1]
    due = ms_or_none(after.due_at)
    place(transaction, [job], placement(after, score, due, result))
    if row.target in READY | DELAYED:
        transaction.arrivals.add(queue)


def _after(before: Standing, row: Row, target: JobStatus, move: Move, now: int) -> Standing:
    stays = target is before.status
    due_at = before.due_at if stays or target is JobStatus.SCHEDULED else None
    if target is JobStatus.SCHEDULED and move.due is not None:
        due_at = from_ms(due_ms(move.due, now))
    after = replace(
        before,
        status=target,
        priority=move.priority or before.priority,
        lane="",
        due_at=due_at,
        reason=before.reason if stays else move.reason,
    )
    if row.starts_over:
        after = replace(after, attempts=0, crashes=0, held_at=None, percent=0, message="")
    return after


def _score(transaction: Transaction, queue: str, after: Standing, move: Move) -> int:
    if after.status in READY:
        return transaction.tail(queue, after.priority)
    if after.status is JobStatus.BLOCKED:
        return NEVER_MS
    return to_ms(after.due_at) if after.due_at else transaction.now + span_ms(move.keep_for)
