"""Which jobs of a queue in memory are claimed next."""

from jobsys.adapters.memory.stored_queue import MemoryQueue
from jobsys.domain.instants import from_ms
from jobsys.domain.priority import JobPriority
from jobsys.domain.queue_policy import aged_share
from jobsys.ports.turn import Claim


def heads(queue: MemoryQueue, wish: Claim, now: int) -> list[str]:
    """Returns the keys that a claim takes, in that order."""
    if queue.policy.paused:
        return []
    aged = _aged(queue, wish, now)
    wanted = dict.fromkeys([*aged, *queue.head(wish.limit + len(aged), wish.levels)])
    return list(wanted)[: wish.limit]


def _aged(queue: MemoryQueue, wish: Claim, now: int) -> list[str]:
    """Returns the share of the claim that goes to jobs which have waited too long behind others."""
    level = _oldest_behind_others(queue, wish, now)
    if level is None:
        return []
    share, queue.owed = aged_share(queue.owed, wish.limit)
    return queue.head(share, [level])


def _oldest_behind_others(queue: MemoryQueue, wish: Claim, now: int) -> JobPriority | None:
    """Returns the level whose first job has waited the longest, and too long; None for none."""
    if queue.policy.age_after is None:
        return None
    latest = from_ms(now) - queue.policy.age_after
    first = queue.oldest()
    behind = [level for level in wish.levels if level in first][1:]
    since = {level: first[level] for level in behind}
    oldest = min(since, key=since.__getitem__, default=None)
    return oldest if oldest and since[oldest] <= latest else None
