"""Jobs in."""

from typing import Final

from jobsys.adapters.sqlite.holds import kept_out_by
from jobsys.adapters.sqlite.rows import PLACES, WORDS
from jobsys.adapters.sqlite.transaction import Transaction
from jobsys.domain.envelope import encode
from jobsys.domain.instants import NEVER_MS, due_ms
from jobsys.domain.job_id import JobId
from jobsys.domain.queue_policy import DEFAULT_POLICY, QueuePolicy
from jobsys.domain.status import WAITING, JobStatus
from jobsys.ports.submission import Answer, Duplicate, Receipt, Submission, refused

_INSERT: Final = """
    INSERT INTO jobs (queue, key, place, score, status, priority, changed_ms, due_ms, created_ms,
        job_type, envelope)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (queue, key) DO NOTHING"""

_THERE: Final = "SELECT 1 FROM jobs WHERE queue = ? AND key = ?"


def enqueue(transaction: Transaction, submission: Submission) -> Answer:
    """Stores a job whose id is new, if its queue takes it in."""
    policy = transaction.policy(submission.job_id.queue)
    if policy is not DEFAULT_POLICY or submission.unique is not None:
        refusal = _refusal(transaction, policy, submission)
        if refusal is not None:
            return refusal
    return store(transaction, submission)


def store(transaction: Transaction, submission: Submission) -> Receipt:
    """Stores a job whose id is new, whatever its queue says."""
    now, header = transaction.now, submission.header
    queue, _, key = submission.job_id.partition(":")
    level = submission.priority
    due = NEVER_MS if submission.blocked else due_ms(submission.due, now)
    status = _status(submission, is_later=due > now)
    inserted = transaction.execute(
        _INSERT,
        (
            queue,
            key,
            PLACES[status],
            transaction.tail(queue, level) if status is JobStatus.QUEUED else due,
            WORDS[status],
            int(level),
            now,
            due if status is JobStatus.SCHEDULED else None,
            now,
            header.type,
            encode(header, submission.payload),
        ),
    )
    if not inserted.rowcount:
        return Receipt.EXISTS
    transaction.note(queue, None, status)
    if status is not JobStatus.BLOCKED:
        transaction.arrivals.add(queue)
    return Receipt.CREATED


def _refusal(
    transaction: Transaction, policy: QueuePolicy, submission: Submission
) -> Answer | None:
    """Returns why the queue does not take a job in; one that is there already it has taken."""
    queue, _, key = submission.job_id.partition(":")
    if transaction.execute(_THERE, (queue, key)).fetchone():
        return Receipt.EXISTS
    if refusal := refused(policy, lambda: transaction.number_in(queue, *WAITING)):
        return refusal
    claim = submission.unique
    other = kept_out_by(transaction, queue, key, claim) if claim else None
    return Duplicate(JobId.of(queue, other)) if other else None


def _status(submission: Submission, *, is_later: bool) -> JobStatus:
    if submission.blocked:
        return JobStatus.BLOCKED
    return JobStatus.SCHEDULED if is_later else JobStatus.QUEUED
