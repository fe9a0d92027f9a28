"""Mending what is wrong in a file."""

from dataclasses import replace
from typing import Final

from jobsys.adapters.sqlite.judgement import SELECT_ROWS, Row, row_of, verdict_on
from jobsys.adapters.sqlite.place import add_error
from jobsys.adapters.sqlite.rows import DEAD_PLACE, PLACES, ms_or_none
from jobsys.adapters.sqlite.tally import counted_anew
from jobsys.adapters.sqlite.transaction import Transaction
from jobsys.domain.instants import NEVER_MS, from_ms, span_ms, to_ms
from jobsys.domain.mending import burial, buried, stays_for
from jobsys.domain.record import JobRecord
from jobsys.domain.status import DELAYED, READY, Reason
from jobsys.ports.store_checker import Finding, FindingKind

_NAMED: Final = SELECT_ROWS + "WHERE id = ?"
_MOVE: Final = "UPDATE jobs SET place = ?, score = ? WHERE id = ?"
_BURY: Final = """
    UPDATE jobs SET place = :place, score = :score, status = :status, priority = :priority,
        reason = :reason, changed_ms = :now, lane = '', due_ms = NULL, created_ms = :created,
        started_ms = :started, held_ms = :held
    WHERE id = :job"""
_NO_LEFTOVER: Final = """
    DELETE FROM errors WHERE id = ? AND NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.id = errors.id)"""
_FORGET_SOON: Final = "UPDATE turns SET answered_ms = ?1 WHERE lane = ?2 AND answered_ms > ?1"


def mended(transaction: Transaction, finding: Finding) -> bool:
    """Mends one finding, if it still holds; a person must mend what has no proof."""
    now = transaction.now
    if not finding.proof:
        return False
    if finding.kind is FindingKind.LEFTOVER:
        return transaction.execute(_NO_LEFTOVER, (int(finding.proof),)).rowcount > 0
    if finding.kind is FindingKind.LASTING_MEMO:
        return transaction.execute(_FORGET_SOON, (now, finding.proof)).rowcount > 0
    if finding.kind is FindingKind.WRONG_COUNTS:
        return counted_anew(transaction, finding.queue)
    return _mended_job(transaction, finding)


def _mended_job(transaction: Transaction, finding: Finding) -> bool:
    found = transaction.execute(_NAMED, (int(finding.proof),)).fetchone()
    row = None if found is None else row_of(found)
    verdict = None if row is None else verdict_on(row)
    if row is None or verdict is None or verdict.kind is not finding.kind:
        return False
    if verdict.grave is None:
        _place(transaction, row)
    else:
        _bury(transaction, row, verdict.told, verdict.grave)
    return True


def _place(transaction: Transaction, row: Row) -> None:
    record = row.record
    values = (PLACES[record.status], _score(transaction, record), row.job[0])
    transaction.execute(_MOVE, values)
    if record.status in READY | DELAYED:
        transaction.arrivals.add(row.queue)


def _score(transaction: Transaction, record: JobRecord) -> int:
    if record.status in READY:
        return transaction.head(record.id.queue, record.priority)
    if record.status in DELAYED:
        due = record.standing.due_at
        return NEVER_MS if due is None else to_ms(due)
    return transaction.now + span_ms(stays_for(record))


def _bury(transaction: Transaction, row: Row, told: str, reason: Reason) -> None:
    record, now, job = row.record, transaction.now, row.job[0]
    dead = replace(record, standing=buried(record.standing, reason))
    values = {
        "place": DEAD_PLACE,
        "score": now + span_ms(stays_for(dead)),
        "status": dead.status.value,
        "priority": dead.priority.value,
        "reason": reason.value,
        "now": now,
        "created": to_ms(record.created_at),
        "started": ms_or_none(record.standing.started_at),
        "held": ms_or_none(record.standing.held_at),
        "job": job,
    }
    transaction.execute(_BURY, values)
    add_error(transaction, job, burial(told, record.standing, from_ms(now)))
    transaction.note(row.queue, row.status, dead.status)
