"""How a move changes a job in memory."""

from jobsys.adapters.memory.stored_queue import MemoryQueue
from jobsys.domain.move import Move
from jobsys.domain.status import LEASED
from jobsys.ports.job_queue import Moved


def moved(queue: MemoryQueue, move: Move, now: int) -> Moved:
    """Makes one move, if the job's state takes it."""
    job = queue.jobs.get(move.job_id.key)
    if job is None:
        return Moved(move.job_id, None, None, False)
    before = job.standing.status
    row = move.rows.get(before)
    if row is None or (move.unique and queue.kept_out_by(move.unique, move.job_id.key, now)):
        return Moved(move.job_id, before, before, False)
    if row.target is None:
        queue.remove(move.job_id.key)
        return Moved(move.job_id, before, None, True)
    after = move.standing_after(job.standing, row, now)
    if row.target in LEASED:
        job.standing = after
        queue.note(before, row.target)
        return Moved(move.job_id, before, row.target, True)
    if row.starts_over:
        job.result = None
    queue.place(move.job_id.key, after, move.stays_until(after, now))
    return Moved(move.job_id, before, row.target, True)
