"""Jobs in."""

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from jobsys.adapters.sqlite.place import Ends
from jobsys.adapters.sqlite.rows import NEVER_MS, PLACES
from jobsys.adapters.sqlite.transaction import Transaction
from jobsys.domain.envelope import encode
from jobsys.domain.instants import span_ms, to_ms
from jobsys.domain.status import JobStatus
from jobsys.ports.job_queue import Receipt, Submission

_INSERT: Final = """
    INSERT INTO jobs (queue, key, place, score, status, priority, changed_ms, due_ms, created_ms,
        job_type, envelope)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_KNOWN: Final = """
    SELECT key FROM jobs WHERE queue = ? AND key IN (SELECT value FROM json_each(?))"""

NewRow = tuple[str, str, str, int, str, int, int, int | None, int, str, bytes]


def enqueue(transaction: Transaction, submissions: Sequence[Submission]) -> Sequence[Receipt]:
    """Stores jobs that are new; see `JobQueue.enqueue`."""
    known = _known(transaction, submissions)
    intake = _Intake(transaction)
    receipts: list[Receipt] = []
    for submission in submissions:
        if submission.job_id in known:
            receipts.append(Receipt.EXISTS)
        else:
            known.add(submission.job_id)
            intake.take(submission)
            receipts.append(Receipt.CREATED)
    transaction.executemany(_INSERT, intake.rows)
    return receipts


def due_ms(due: timedelta | datetime | None, now: int) -> int:
    """Returns when a job is due, in milliseconds, given what was asked for."""
    if due is None:
        return now
    return now + span_ms(due) if isinstance(due, timedelta) else to_ms(due)


class _Intake:
    """Gives each new job its state and its place, in order."""

    def __init__(self, transaction: Transaction) -> None:
        self.rows: list[NewRow] = []
        self._transaction = transaction
        self._ends = Ends(transaction)

    def take(self, submission: Submission) -> None:
        """Adds a job's row."""
        now = self._transaction.now
        queue, _, key = submission.job_id.partition(":")
        due = NEVER_MS if submission.blocked else due_ms(submission.due, now)
        status = _status(submission, due > now)
        ready, delayed = status is JobStatus.QUEUED, status is JobStatus.SCHEDULED
        self.rows.append(
            (
                queue,
                key,
                PLACES[status],
                self._ends.tail(queue, submission.priority) if ready else due,
                status.value,
                submission.priority.value,
                now,
                due if delayed else None,
                now,
                submission.header.type,
                encode(submission.header, submission.payload),
            )
        )
        self._transaction.note(queue, None, status)
        if ready or delayed:
            self._transaction.announce(queue)


def _status(submission: Submission, is_later: bool) -> JobStatus:
    if submission.blocked:
        return JobStatus.BLOCKED
    return JobStatus.SCHEDULED if is_later else JobStatus.QUEUED


def _known(transaction: Transaction, submissions: Sequence[Submission]) -> set[str]:
    """Returns the ids that the file has already."""
    keys: defaultdict[str, list[str]] = defaultdict(list)
    for submission in submissions:
        keys[submission.job_id.queue].append(submission.job_id.key)
    return {
        f"{queue}:{key}"
        for queue, wanted in keys.items()
        for (key,) in transaction.execute(_KNOWN, (queue, json.dumps(wanted)))
    }
