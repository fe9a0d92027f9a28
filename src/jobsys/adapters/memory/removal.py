"""Removing ended jobs by hand from memory."""

from collections.abc import Sequence

from jobsys.adapters.memory.store import MemoryStore
from jobsys.adapters.memory.stored_queue import MemoryQueue
from jobsys.domain.instants import to_ms
from jobsys.domain.job_id import JobId
from jobsys.domain.record import JobRecord
from jobsys.ports.clock import Clock
from jobsys.ports.removal import Removal


class MemoryRemoval(Removal):
    """Removes from a store."""

    def __init__(self, store: MemoryStore, clock: Clock, keep_last: int = 10_000) -> None:
        self._store = store
        self._clock = clock
        self._keep_last = keep_last

    async def over(self, queues: Sequence[str], limit: int) -> Sequence[JobId]:
        with self._store.lock:
            now = to_ms(self._clock.now())
            found = [self._store.queues[name] for name in queues if name in self._store.queues]
            return [JobId.of(q.name, key) for q in found for key in self._over(q, limit, now)]

    def _over(self, queue: MemoryQueue, limit: int, now: int) -> Sequence[str]:
        done = queue.done.in_order()[: max(len(queue.done) - self._keep_last, 0)]
        by_time = queue.done.up_to(now, limit)
        return [*max(done, by_time, key=len)[:limit], *queue.dead.up_to(now, limit)]

    async def remove(self, records: Sequence[JobRecord]) -> int:
        with self._store.lock:
            return sum(self._remove(record) for record in records)

    def _remove(self, record: JobRecord) -> bool:
        queue, seen = self._store.queues.get(record.id.queue), record.standing
        job = queue.jobs.get(record.id.key) if queue else None
        if queue is None or job is None or not seen.status.is_final:
            return False
        now = job.standing
        is_same = (now.status, now.token, now.changed_at) == (
            seen.status,
            seen.token,
            seen.changed_at,
        )
        if is_same:
            queue.remove(record.id.key)
        return is_same
