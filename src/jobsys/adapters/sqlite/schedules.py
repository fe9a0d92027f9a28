"""Schedules as rows."""

import json
import logging
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final

from jobsys.adapters.sqlite.enqueue import store
from jobsys.adapters.sqlite.rows import ms_or_none
from jobsys.adapters.sqlite.snapshot import Snapshot
from jobsys.adapters.sqlite.transaction import Transaction
from jobsys.domain.envelope import decode, encode
from jobsys.domain.instants import from_ms
from jobsys.domain.priority import JobPriority
from jobsys.domain.schedule import Firing, Schedule, ScheduleId
from jobsys.domain.schedule_policy import SchedulePolicy
from jobsys.domain.schedule_rule import ScheduleRule
from jobsys.ports.scheduler import UNREADABLE_SCHEDULE, submission_of
from jobsys.ports.submission import Receipt

log = logging.getLogger("jobsys.sqlite")

Row = tuple[str, str, str, int, bytes, int | None, int | None, int, str]

_SELECT: Final = """
    SELECT queue, name, rule, priority, envelope, next_ms, last_ms, fired, policy
    FROM schedules """
_PUT: Final = "INSERT OR REPLACE INTO schedules VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
_REMOVE: Final = "DELETE FROM schedules WHERE queue = ? AND name = ?"
_ANY: Final = """
    SELECT EXISTS (SELECT 1 FROM schedules WHERE queue IN (SELECT value FROM json_each(?)))"""
_OPEN: Final = """
    SELECT 1 FROM jobs WHERE queue = ? AND key = ? AND place NOT IN ('done', 'dead')"""
_COME: Final = "WHERE queue = ? AND next_ms <= ? ORDER BY next_ms, name LIMIT ?"
_NEXT: Final = """
    SELECT next_ms FROM schedules WHERE queue = ? AND next_ms IS NOT NULL
    ORDER BY next_ms, name LIMIT 1 OFFSET ?"""


def put(transaction: Transaction, schedule: Schedule) -> None:
    """Stores a schedule, in the place of one of the same id."""
    known = one(transaction, schedule.id)
    _write(transaction, schedule if known is None else schedule.replaces(known))


def one(snapshot: Snapshot, schedule_id: ScheduleId) -> Schedule | None:
    """Returns a schedule, if it exists."""
    ids = (schedule_id.queue, schedule_id.key)
    found = snapshot.execute(_SELECT + "WHERE queue = ? AND name = ?", ids)
    return next(_readable(found), None)


def of_queue(snapshot: Snapshot, queue: str | None) -> Sequence[Schedule]:
    """Returns the schedules of one queue, or of all, in the order of their ids."""
    found = snapshot.execute(
        _SELECT + "WHERE ?1 IS NULL OR queue = ?1 ORDER BY queue, name", (queue,)
    )
    return list(_readable(found))


def are_in(snapshot: Snapshot, queues: Collection[str]) -> bool:
    """Says whether any of these queues has schedules."""
    return bool(snapshot.execute(_ANY, (json.dumps(list(queues)),)).fetchone()[0])


def come(snapshot: Snapshot, queue: str, limit: int, now: int) -> Sequence[Schedule]:
    """Returns the schedules of a queue whose time has come, the earliest first."""
    return list(_readable(snapshot.execute(_SELECT + _COME, (queue, now, limit))))


def unreadable(snapshot: Snapshot) -> Sequence[ScheduleId]:
    """Returns the ids of the schedules that cannot be read."""
    found: list[ScheduleId] = []
    for row in snapshot.execute(_SELECT + "ORDER BY queue, name"):
        try:
            _schedule(row)
        except (ValueError, OverflowError):
            found.append(ScheduleId.of(row[0], row[1]))
    return found


def next_after(snapshot: Snapshot, queue: str, passed: int) -> int | None:
    """Returns when a queue's next schedule fires, the first `passed` left out."""
    found: tuple[int] | None = snapshot.execute(_NEXT, (queue, passed)).fetchone()
    return None if found is None else found[0]


def remove(transaction: Transaction, schedule_id: ScheduleId) -> bool:
    """Forgets a schedule, if it exists."""
    ids = (schedule_id.queue, schedule_id.key)
    return transaction.execute(_REMOVE, ids).rowcount > 0


def set_next(transaction: Transaction, schedule_id: ScheduleId, next_ms: int | None) -> bool:
    """Sets when a schedule fires next, if it exists."""
    changed = transaction.execute(
        "UPDATE schedules SET next_ms = ? WHERE queue = ? AND name = ?",
        (next_ms, schedule_id.queue, schedule_id.key),
    )
    return changed.rowcount > 0


def fire(transaction: Transaction, firing: Firing) -> bool:
    """Makes the job of a fire time and advances its schedule."""
    schedule = one(transaction, firing.id)
    if schedule is None or schedule.next_at != firing.due_at:
        return False
    made = _may_make(transaction, firing) and (
        store(transaction, submission_of(schedule, firing)) is Receipt.CREATED
    )
    after = schedule.advanced(firing, made=made)
    if after is None:
        remove(transaction, firing.id)
    else:
        _write(transaction, after)
    return made


def _may_make(transaction: Transaction, firing: Firing) -> bool:
    if firing.unless_open is None:
        return firing.fire_at is not None
    ids = (firing.unless_open.queue, firing.unless_open.key)
    open_now = transaction.execute(_OPEN, ids).fetchone()
    return firing.fire_at is not None and open_now is None


def _write(transaction: Transaction, schedule: Schedule) -> None:
    transaction.execute(
        _PUT,
        (
            schedule.id.queue,
            schedule.id.key,
            schedule.rule.model_dump_json(exclude_none=True),
            int(schedule.priority),
            encode(schedule.header, schedule.payload),
            ms_or_none(schedule.next_at),
            ms_or_none(schedule.last_at),
            schedule.fired,
            schedule.policy.model_dump_json(exclude_defaults=True),
        ),
    )


def _readable(rows: Iterable[Row]) -> Iterator[Schedule]:
    for row in rows:
        try:
            yield _schedule(row)
        except ValueError:  # one that cannot be read must not stop the others
            log.error(UNREADABLE_SCHEDULE, ":".join(row[:2]))


def _schedule(row: Row) -> Schedule:
    queue, name, rule, priority, envelope, next_ms, last_ms, fired, policy = row
    header, payload = decode(envelope)
    return Schedule(
        ScheduleId.of(queue, name),
        ScheduleRule.model_validate_json(rule),
        header,
        payload,
        JobPriority(priority),
        None if next_ms is None else from_ms(next_ms),
        None if last_ms is None else from_ms(last_ms),
        fired,
        SchedulePolicy.model_validate_json(policy),
    )
