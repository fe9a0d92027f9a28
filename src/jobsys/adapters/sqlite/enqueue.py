"""Jobs in."""

from typing import Final

from jobsys.adapters.sqlite.holds import kept_out_by
from jobsys.adapters.sqlite.rows import PLACES, WORDS
from jobsys.adapters.sqlite.transaction import Transaction
from jobsys.domain.envelope import encode
from jobsys.domain.instants import NEVER_MS, due_ms
from jobsys.domain.job_id import JobId
from jobsys.domain.queue_policy import DEFAULT_POLICY
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
    queue, _, key = submission.job_id.partition(":")
    return _refusal(transaction, submission, queue, key) or store(transaction, submission)


def store(transaction: Transaction, submission: Submission) -> Receipt:
    """Stores a job whose id is new, whatever its queue says."""
    now, header = transaction.now, submission.header
    queue, _, key = submission.job_id.partition(":")
    due = due_ms(submission.due, now)
    status = _status(submission, is_later=due > now)
    inserted = transaction.execute(
        _INSERT,
        (
            queue,
            key,
            PLACES[status],
            _score(transaction, submission, status, due),
            WORDS[status],
            int(submission.priority),
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
    transaction: Transaction, submission: Submission, queue: str, key: str
) -> Answer | None:
    """Returns why the queue does not take a job in; one that is there already it has taken."""
    policy, claim = transaction.policy(queue), submission.unique
    if policy is DEFAULT_POLICY and claim is None:
        return None
    if transaction.execute(_THERE, (queue, key)).fetchone():
        return Receipt.EXISTS
    if refusal := refused(policy, lambda: transaction.number_in(queue, *WAITING)):
        return refusal
    other = kept_out_by(transaction, queue, key, claim) if claim else None
    return Duplicate(JobId.of(queue, other)) if other else None


def _status(submission: Submission, *, is_later: bool) -> JobStatus:
    if submission.blocked:
        return JobStatus.BLOCKED
    return JobStatus.SCHEDULED if is_later else JobStatus.QUEUED


def _score(transaction: Transaction, submission: Submission, status: JobStatus, due: int) -> int:
    if status is JobStatus.QUEUED:
        return transaction.tail(submission.job_id.queue, submission.priority)
    return NEVER_MS if status is JobStatus.BLOCKED else due
