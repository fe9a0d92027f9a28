"""Outcomes back."""

import json
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from jobsys.adapters.sqlite.enqueue import due_ms
from jobsys.adapters.sqlite.place import Ends, Placement, add_error, place, placement
from jobsys.adapters.sqlite.rows import LEASED_PLACE, ms_or_none
from jobsys.adapters.sqlite.transaction import Transaction
from jobsys.domain.instants import span_ms
from jobsys.domain.job_id import JobId
from jobsys.domain.status import DELAYED, READY, JobStatus
from jobsys.domain.transition import Transition
from jobsys.ports.job_queue import Refusal

_LEASED: Final = """
    SELECT key, id, status, token, lane FROM jobs
    WHERE queue = ? AND key IN (SELECT value FROM json_each(?)) AND place = ?"""

Held = tuple[int, str, int, str]
Accepted = list[tuple[int, Transition]]
Alike = tuple[str, JobStatus, JobStatus, Placement]


def settle(transaction: Transaction, transitions: Sequence[Transition]) -> dict[JobId, Refusal]:
    """Applies transitions whose leases are held as they say; returns why the others are refused."""
    accepted, refused = _compared(transaction, transitions)
    for (queue, before, after, common), ids in _alike(transaction, accepted).items():
        place(transaction, ids, common)
        transaction.note(queue, before, after, len(ids))
        if after in READY | DELAYED:
            transaction.announce(queue)
    for job, transition in accepted:
        if transition.error is not None:
            add_error(transaction, job, transition.error)
    return refused


def _compared(
    transaction: Transaction, transitions: Sequence[Transition]
) -> tuple[Accepted, dict[JobId, Refusal]]:
    leased = _leased(transaction, transitions)
    accepted: dict[JobId, tuple[int, Transition]] = {}
    refused: dict[JobId, Refusal] = {}
    for transition in transitions:
        job_id, standing = transition.record.id, transition.record.standing
        job, status, token, lane = leased.get(job_id, (0, "", 0, ""))
        if not job or job_id in accepted or (token, lane) != (standing.token, standing.lane):
            refused[job_id] = Refusal.LOST
        elif status != standing.status:
            refused[job_id] = Refusal.CANCELLING
        else:
            accepted[job_id] = job, transition
    return list(accepted.values()), refused


def _leased(transaction: Transaction, transitions: Sequence[Transition]) -> dict[str, Held]:
    keys: defaultdict[str, list[str]] = defaultdict(list)
    for transition in transitions:
        queue, _, key = transition.record.id.partition(":")
        keys[queue].append(key)
    return {
        f"{queue}:{key}": (job, status, token, lane)
        for queue, wanted in keys.items()
        for key, job, status, token, lane in transaction.execute(
            _LEASED, (queue, json.dumps(wanted), LEASED_PLACE)
        )
    }


def _alike(transaction: Transaction, accepted: Accepted) -> dict[Alike, list[int]]:
    """Groups jobs by what is written of them; released ones are put at the head last to first."""
    ends, now = Ends(transaction), transaction.now
    groups: defaultdict[Alike, list[int]] = defaultdict(list)
    for job, transition in _heads_last(accepted):
        after, queue = transition.after, transition.record.id.queue
        due = due_ms(transition.due, now) if after.status in DELAYED else None
        score = _score(ends, queue, transition, due, now)
        common = placement(after, score, due, ms_or_none(after.held_at), transition.result_json)
        groups[queue, transition.record.status, after.status, common].append(job)
    return groups


def _heads_last(accepted: Accepted) -> Accepted:
    heads = [pair for pair in reversed(accepted) if pair[1].at_head]
    return [pair for pair in accepted if not pair[1].at_head] + heads


def _score(ends: Ends, queue: str, transition: Transition, due: int | None, now: int) -> int:
    if due is not None:
        return due
    if transition.target not in READY:
        return now + span_ms(transition.keep_for)
    end = ends.head if transition.at_head else ends.tail
    return end(queue, transition.after.priority)
