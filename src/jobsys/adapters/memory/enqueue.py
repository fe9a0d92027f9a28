"""Taking jobs in, in memory."""

from jobsys.adapters.memory.store import MemoryStore
from jobsys.adapters.memory.stored_queue import StoredJob
from jobsys.domain.envelope import encode
from jobsys.domain.instants import NEVER_MS, due_ms, from_ms
from jobsys.domain.job_id import JobId
from jobsys.domain.record import Standing
from jobsys.domain.status import JobEvent, JobStatus, next_row
from jobsys.ports.submission import Answer, Duplicate, Receipt, Submission, refused


def enqueue(
    store: MemoryStore, submission: Submission, now: int, *, has_bound: bool = True
) -> Answer:
    """Stores one job, unless its id exists; the bound of its queue is no schedule's."""
    queue, key = store.queue(submission.job_id.queue), submission.job_id.key
    if key in queue.jobs:
        return Receipt.EXISTS
    if has_bound and (refusal := refused(queue.policy, queue.not_begun)):
        return refusal
    if submission.unique and (other := queue.kept_out_by(submission.unique, key, now)):
        return Duplicate(JobId.of(queue.name, other))
    due = due_ms(submission.due, now)
    status = JobStatus.SCHEDULED if due > now else JobStatus.QUEUED
    if submission.blocked:
        status, due = JobStatus.BLOCKED, NEVER_MS
    next_row(None, JobEvent.SUBMITTED, status)
    standing = Standing(
        status,
        submission.priority,
        from_ms(now),
        due_at=from_ms(due) if status is JobStatus.SCHEDULED else None,
    )
    queue.add(key, StoredJob(encode(submission.header, submission.payload), now, standing), due)
    if status is JobStatus.SCHEDULED and queue.delayed.lowest() == due:
        store.waiters.wake_one(queue.name)
    return Receipt.CREATED
