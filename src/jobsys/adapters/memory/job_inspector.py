"""Looking at the jobs in memory."""

from collections.abc import Mapping, Sequence
from itertools import islice

from jobsys.adapters.memory.store import MemoryStore
from jobsys.adapters.memory.stored_queue import MemoryQueue
from jobsys.domain.attempt_error import with_latest
from jobsys.domain.edit import Edit, EditOutcome
from jobsys.domain.envelope import encode
from jobsys.domain.explanation import MOST_AHEAD
from jobsys.domain.job_id import JobId
from jobsys.domain.queue_policy import DEFAULT_POLICY
from jobsys.domain.record import JobRecord
from jobsys.domain.status import JobStatus
from jobsys.ports.job_inspector import JobInspector, JobQuery, Page, QueueCounts


class MemoryJobInspector(JobInspector):
    """A view of a memory store."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    async def get(self, ids: Sequence[JobId]) -> Mapping[JobId, JobRecord]:
        with self._store.lock:
            return {
                job_id: queue.full_record(job_id.key)
                for job_id in ids
                if (queue := self._store.queues.get(job_id.queue)) and job_id.key in queue.jobs
            }

    async def find(self, query: JobQuery, limit: int, after: str | None = None) -> Page:
        skipped = int(after or 0)
        with self._store.lock:
            names = [query.queue] if query.queue is not None else sorted(self._store.queues)
            matches = (
                queue.full_record(key)
                for name in names
                if (queue := self._store.queues.get(name))
                for key in queue.in_order()
                if _matches(queue, key, query)
            )
            records = list(islice(matches, skipped, skipped + limit + 1))
        more = len(records) > limit
        return Page(records[:limit], str(skipped + limit) if more else None)

    async def counts(self) -> Mapping[str, QueueCounts]:
        with self._store.lock:
            return {
                name: QueueCounts(
                    {status: queue.now[status] for status in JobStatus},
                    {status: queue.ever[status] for status in JobStatus},
                    {level: len(ready) for level, ready in queue.ready.items()},
                    queue.oldest(),
                )
                for name, queue in sorted(self._store.queues.items())
                if queue.ever or queue.policy != DEFAULT_POLICY
            }

    async def queues(self) -> Sequence[str]:
        return list(await self.counts())

    async def ahead(self, job_id: JobId) -> int | None:
        with self._store.lock:
            queue = self._store.queues.get(job_id.queue)
            ready = [key for keys in queue.ready.values() for key in keys] if queue else []
            return min(ready.index(job_id.key), MOST_AHEAD) if job_id.key in ready else None

    async def edit(self, edit: Edit) -> EditOutcome:
        with self._store.lock:
            queue, key = self._store.queues.get(edit.job_id.queue), edit.job_id.key
            if queue is None or key not in queue.jobs:
                return EditOutcome.NOT_FOUND
            record, job = queue.record(key), queue.jobs[key]
            outcome = edit.outcome_for(record)
            if outcome is EditOutcome.EDITED:
                job.raw = encode(edit.header, edit.payload)
                job.errors = with_latest(job.errors, edit.line_for(record))
            return outcome


def _matches(queue: MemoryQueue, key: str, query: JobQuery) -> bool:
    record = queue.record(key)
    return query.status in (None, record.status) and query.job_type in (None, record.job_type)
