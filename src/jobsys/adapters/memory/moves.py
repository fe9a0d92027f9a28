"""How a move changes a job in memory."""

from dataclasses import replace

from jobsys.adapters.memory.store import NEVER_MS, MemoryQueue, due_ms
from jobsys.domain.instants import from_ms, span_ms, to_ms
from jobsys.domain.move import Move
from jobsys.domain.record import Standing
from jobsys.domain.status import LEASED, JobStatus, Row
from jobsys.ports.job_queue import Moved


def moved(queue: MemoryQueue, move: Move, now: int) -> Moved:
    """Makes one move, if the job's state takes it."""
    job = queue.jobs.get(move.job_id.key)
    if job is None:
        return Moved(move.job_id, None, None, False)
    before = job.standing.status
    row = move.rows.get(before)
    if row is None:
        return Moved(move.job_id, before, before, False)
    if row.target is None:
        queue.remove(move.job_id.key)
        return Moved(move.job_id, before, None, True)
    if row.target in LEASED:
        job.standing = replace(job.standing, status=row.target)
        queue.note(before, row.target)
        return Moved(move.job_id, before, row.target, True)
    if row.starts_over:
        job.result = None
    after = _after(job.standing, row, row.target, move, now)
    queue.place(move.job_id.key, after, _score(after, move, now))
    return Moved(move.job_id, before, row.target, True)


def _after(before: Standing, row: Row, target: JobStatus, move: Move, now: int) -> Standing:
    due = move.due
    after = replace(
        before,
        status=target,
        priority=move.priority or before.priority,
        changed_at=from_ms(now),
        lane="",
        reason=before.reason if target is before.status else move.reason,
    )
    if target is not JobStatus.SCHEDULED:
        after = replace(after, due_at=before.due_at if target is before.status else None)
    elif due is not None:
        after = replace(after, due_at=from_ms(due_ms(due, now)))
    if row.starts_over:
        after = replace(after, attempts=0, crashes=0, held_at=None, percent=0, message="")
    return after


def _score(after: Standing, move: Move, now: int) -> int:
    if after.status is JobStatus.BLOCKED:
        return NEVER_MS
    return to_ms(after.due_at) if after.due_at else now + span_ms(move.keep_for)
