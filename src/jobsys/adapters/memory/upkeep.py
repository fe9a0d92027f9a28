"""What time asks for in memory."""

from dataclasses import replace

from jobsys.adapters.memory.stored_queue import MemoryQueue
from jobsys.domain.instants import NEVER_MS, from_ms
from jobsys.domain.status import JobEvent, next_row


def promote(queue: MemoryQueue, limit: int, now: int) -> int:
    """Moves jobs that are due to the tails of their lists; returns how many."""
    keys = queue.delayed.take(now, limit)
    for key in keys:
        before = queue.jobs[key].standing
        target = next_row(before.status, JobEvent.DUE).target or before.status
        since = before.due_at or from_ms(now)
        after = replace(before, status=target, changed_at=since, due_at=None)
        queue.place(key, after, now)
    return len(keys)


def sweep(queue: MemoryQueue, limit: int, now: int, keep_last: int | None) -> int:
    """Removes ended jobs that have been kept long enough, or are too many; returns how many."""
    keys: list[str] = []
    if keep_last is not None:
        keys = queue.done.take(now, limit) + queue.dead.take(now, limit)
        surplus = min(len(queue.done) - keep_last, limit)
        keys += queue.done.take(NEVER_MS, surplus)
    for key in keys:
        queue.remove(key)
    holds = queue.holds.items()
    over = [digest for digest, hold in holds if hold.is_over(queue.status_of(hold.key), now)]
    for digest in over:
        del queue.holds[digest]
    return len(keys)
