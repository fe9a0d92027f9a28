"""How a move changes a job."""

from typing import Final

from jobsys.adapters.sqlite.holds import kept_out_by
from jobsys.adapters.sqlite.place import place, placement
from jobsys.adapters.sqlite.rows import SELECT_JOBS, JobRow, ms_or_none, standing_of
from jobsys.adapters.sqlite.transaction import Transaction
from jobsys.adapters.sqlite.upkeep import remove
from jobsys.domain.move import Move
from jobsys.domain.record import Standing
from jobsys.domain.status import DELAYED, LEASED, READY, Row
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
    if row is None or _is_kept_out(transaction, move):
        return Moved(move.job_id, before.status, before.status, False)
    _apply(transaction, move, row, found, before)
    return Moved(move.job_id, before.status, row.target, True)


def _is_kept_out(transaction: Transaction, move: Move) -> bool:
    queue, key = move.job_id.queue, move.job_id.key
    return bool(move.unique and kept_out_by(transaction, queue, key, move.unique))


def _apply(transaction: Transaction, move: Move, row: Row, found: JobRow, before: Standing) -> None:
    queue, job = move.job_id.queue, found[0]
    if row.target is None:
        remove(transaction, queue, [(job, before.status.value, before.priority.value)])
        return
    transaction.note(queue, before.status, row.target)
    if row.target in LEASED:
        transaction.execute(_MARK, (row.target.value, job))
        return
    after = move.standing_after(before, row, transaction.now)
    until = move.stays_until(after, transaction.now)
    score = transaction.tail(queue, after.priority) if after.status in READY else until
    result = None if row.starts_over else found[-1]
    due = ms_or_none(after.due_at)
    place(transaction, [job], placement(after, score, due, result))
    if row.target in READY | DELAYED:
        transaction.arrivals.add(queue)
