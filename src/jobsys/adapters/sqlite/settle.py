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

_LEASED: Final = """
    SELECT key, id, status, token, lane, changed_ms FROM jobs
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
    return {
        f"{queue}:{key}": (job, status, token, lane, since)
        for queue, wanted in keys.items()
        for key, job, status, token, lane, since in transaction.execute(
            _LEASED, (queue, json.dumps(wanted), LEASED_PLACE)
        )
    }


def _alike(transaction: Transaction, accepted: Accepted) -> dict[Alike, list[int]]:
    """Groups jobs by what is written of them; each released one draws its own place at the head."""
    groups: defaultdict[Alike, list[int]] = defaultdict(list)
    for job, transition in reversed(accepted):
        queue, after = transition.record.id.queue, transition.after
        until = transition.stays_until(transaction.now)
        due = until if transition.target in DELAYED else None
        score = transaction.head(queue, after.priority) if transition.at_head else until
        common = placement(after, score, due, transition.result_json)
        groups[queue, transition.record.status, after.status, common].append(job)
    return groups
