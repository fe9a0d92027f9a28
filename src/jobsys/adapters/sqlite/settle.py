"""Outcomes back."""

import json
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from jobsys.adapters.sqlite.place import Placement, add_error, place, placement
from jobsys.adapters.sqlite.rows import LEASED_PLACE
from jobsys.adapters.sqlite.transaction import Transaction
from jobsys.domain.instants import stored_ms
from jobsys.domain.job_id import JobId
from jobsys.domain.status import DELAYED, READY, JobStatus
from jobsys.domain.transition import Transition
from jobsys.ports.turn import Refusal

# All in one row: between two rows SQLite gives the interpreter away, and waits to get it back.
_LEASED: Final = """
    SELECT json_group_array(json_array(key, id, status, token, lane, changed_ms)) FROM jobs
    WHERE queue = ? AND key IN (SELECT value FROM json_each(?)) AND place = ?"""

Held = tuple[int, str, int, str, int]
Accepted = list[tuple[int, Transition]]
Alike = tuple[str, JobStatus, JobStatus, Placement]


def settle(
    transaction: Transaction, transitions: Sequence[Transition]
) -> tuple[int, dict[int, Refusal]]:
    """Applies transitions whose leases are held as they say.

    Returns how many they were, and why the others are refused, by their indexes.
    """
    accepted, refused = _compared(transaction, transitions)
    for (queue, before, after, common), ids in _alike(transaction, accepted).items():
        place(transaction, ids, common)
        transaction.note(queue, before, after, len(ids))
        if after in READY | DELAYED:
            transaction.arrivals.add(queue)
    for job, transition in accepted:
        if transition.error is not None:
            add_error(transaction, job, transition.error)
    return len(accepted), refused


def _compared(
    transaction: Transaction, transitions: Sequence[Transition]
) -> tuple[Accepted, dict[int, Refusal]]:
    leased = _leased(transaction, transitions)
    accepted: dict[JobId, tuple[int, Transition]] = {}
    refused: dict[int, Refusal] = {}
    for index, transition in enumerate(transitions):
        job_id, standing = transition.record.id, transition.record.standing
        job, status, token, lane, since = leased.get(job_id, (0, "", 0, "", 0))
        held = (standing.token, standing.lane, stored_ms(standing.changed_at))
        if not job or job_id in accepted or (token, lane, since) != held:
            refused[index] = Refusal.LOST
        elif status == standing.status:
            accepted[job_id] = job, transition
        else:
            asked = status == JobStatus.CANCELLING
            refused[index] = Refusal.CANCELLING if asked else Refusal.LOST
    return list(accepted.values()), refused


def _leased(transaction: Transaction, transitions: Sequence[Transition]) -> dict[str, Held]:
    keys: defaultdict[str, list[str]] = defaultdict(list)
    for transition in transitions:
        queue, _, key = transition.record.id.partition(":")
        keys[queue].append(key)
    leased: dict[str, Held] = {}
    for queue, wanted in keys.items():
        found = transaction.execute(_LEASED, (queue, json.dumps(wanted), LEASED_PLACE)).fetchone()
        rows: list[tuple[str, int, str, int, str, int]] = json.loads(found[0])
        for key, job, status, token, lane, since in rows:
            leased[f"{queue}:{key}"] = job, status, token, lane, since
    return leased


def _alike(transaction: Transaction, accepted: Accepted) -> dict[Alike, list[int]]:
    """Groups jobs by what is written of them; each released one draws its own place at the head."""
    groups: dict[Alike, list[int]] = {}
    known: dict[tuple[object, ...], list[int]] = {}
    for job, t in reversed(accepted):
        # Jobs that stand alike have one standing between them: most need no look at what it says.
        way = t.record.id.queue, id(t.record.standing), id(t.after), id(t.record.header), t.due
        kind = (*way, t.result_json, job if t.at_head else None)
        if kind not in known:
            alike = way[0], t.record.status, t.target, _placement(transaction, t)
            known[kind] = groups.setdefault(alike, [])
        known[kind].append(job)
    return groups


def _placement(transaction: Transaction, t: Transition) -> Placement:
    until = t.stays_until(transaction.now)
    due = until if t.target in DELAYED else None
    score = transaction.head(t.record.id.queue, t.after.priority) if t.at_head else until
    return placement(t.after, score, due, t.result_json)
