"""Jobs out: claims, renewals, and leases taken over or handed out again."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from jobsys.adapters.sqlite.heads import heads
from jobsys.adapters.sqlite.rows import (
    LEASED_PLACE,
    SELECT_JOBS,
    JobRow,
    claimed,
    record_of,
    taken_over,
)
from jobsys.adapters.sqlite.transaction import Transaction
from jobsys.domain.instants import from_ms, span_ms
from jobsys.domain.job_id import JobId
from jobsys.domain.lease import Lease
from jobsys.domain.status import JobStatus
from jobsys.ports.job_queue import LeaseState, Renewal
from jobsys.ports.turn import Claim

_HELD: Final = SELECT_JOBS + "WHERE queue = ? AND key = ? AND place = ? AND token = ? AND lane = ?"
_CLAIM: Final = """
    UPDATE jobs SET place = ?, status = ?, token = token + 1, lane = ?, changed_ms = ?,
        started_ms = ?, score = ?
    WHERE id IN (SELECT value FROM json_each(?))"""
_TAKE_OVER: Final = """
    UPDATE jobs SET token = token + 1, lane = ?, score = ?
    WHERE id IN (SELECT value FROM json_each(?))"""
_RENEW: Final = "UPDATE jobs SET score = ? WHERE id IN (SELECT value FROM json_each(?))"
_EXTEND: Final = """
    UPDATE jobs SET score = ?, percent = ?, message = ?, alone = ?
    WHERE queue = ? AND key = ? AND place = ? AND token = ? AND lane = ?
    RETURNING status"""


def claim(
    transaction: Transaction, wish: Claim, lane: str, lease_for: timedelta
) -> Sequence[Lease]:
    """Leases the jobs at the head of a queue."""
    now, expires = transaction.now, transaction.now + span_ms(lease_for)
    rows = heads(transaction, wish)
    if not rows:
        return []
    status = JobStatus.PROCESSING
    values = (LEASED_PLACE, status.value, lane, now, now, expires, _ids(rows))
    transaction.execute(_CLAIM, values)
    transaction.note(wish.queue, JobStatus.QUEUED, status, len(rows))
    expires_at = from_ms(expires)
    return [
        Lease(record_of(wish.queue, claimed(row, lane, now)), expires_at, (now - row[7]) / 1000)
        for row in rows
    ]


def take_over(
    transaction: Transaction, queue: str, rows: Sequence[JobRow], lane: str, lease_for: timedelta
) -> Sequence[Lease]:
    """Gives the leases of a queue's jobs to a lane."""
    if not rows:
        return []
    expires = transaction.now + span_ms(lease_for)
    transaction.execute(_TAKE_OVER, (lane, expires, _ids(rows)))
    return _leases(queue, [taken_over(row, lane) for row in rows], expires)


def extend(transaction: Transaction, renewal: Renewal, lease_for: timedelta) -> LeaseState:
    """Sets the end of a lease that is still held."""
    queue, key = renewal.job_id.queue, renewal.job_id.key
    progress = renewal.percent, renewal.message, renewal.alone
    held = queue, key, LEASED_PLACE, renewal.token, renewal.lane
    expires = transaction.now + span_ms(lease_for)
    found = transaction.execute(_EXTEND, (expires, *progress, *held)).fetchone()
    if found is None:
        return LeaseState.LOST
    return LeaseState.HELD if found[0] == JobStatus.PROCESSING else LeaseState.CANCEL_ASKED


def held_again(
    transaction: Transaction, job_id: JobId, token: int, lane: str, lease_for: timedelta
) -> Lease | None:
    """Returns a lease with a new end, if the lane has not lost it."""
    expires = transaction.now + span_ms(lease_for)
    held = job_id.queue, job_id.key, LEASED_PLACE, token, lane
    rows = _rows(transaction, _HELD, held)
    transaction.execute(_RENEW, (expires, _ids(rows)))
    return next(iter(_leases(job_id.queue, rows, expires)), None)


def _rows(transaction: Transaction, query: str, values: tuple[str | int, ...]) -> list[JobRow]:
    return transaction.execute(query, values).fetchall()


def _ids(rows: Sequence[JobRow]) -> str:
    return json.dumps([row[0] for row in rows])


def _leases(queue: str, rows: Sequence[JobRow], expires: int) -> Sequence[Lease]:
    expires_at = from_ms(expires)
    return [Lease(record_of(queue, row), expires_at) for row in rows]
