"""A lane's calls, each of which takes effect once."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Final

from jobsys.adapters.sqlite.leases import claim, held_again, take_over
from jobsys.adapters.sqlite.rows import JobRow
from jobsys.adapters.sqlite.settle import settle
from jobsys.adapters.sqlite.snapshot import Snapshot
from jobsys.adapters.sqlite.transaction import Transaction
from jobsys.domain.job_id import JobId
from jobsys.domain.lease import Lease
from jobsys.domain.status import JobStatus
from jobsys.domain.transition import Transition
from jobsys.ports.turn import Claim, Refusal, Turn, TurnTicket

REMEMBERED_FOR_MS: Final = 60_000

_LAST: Final = "SELECT number, answer FROM turns WHERE lane = ?"
_REMEMBER: Final = """
    INSERT OR REPLACE INTO turns (lane, number, answered_ms, answer) VALUES (?, ?, ?, ?)"""
_FORGET: Final = "DELETE FROM turns WHERE answered_ms < ?"


def idle_turn(snapshot: Snapshot, ticket: TurnTicket, claims: Sequence[Claim]) -> Turn | None:
    """Returns the answer of a turn that would change nothing; None if it might."""
    if any(wish.limit and snapshot.offers(wish.queue) for wish in claims):
        return None
    is_repeat = ticket.number <= _last(snapshot, ticket.lane)[0]
    return None if is_repeat else _answer(snapshot, [], {}, [wish.queue for wish in claims])


def turn(
    transaction: Transaction,
    ticket: TurnTicket,
    transitions: Sequence[Transition],
    claims: Sequence[Claim],
    lease_for: timedelta,
) -> Turn:
    """Settles, then claims; see `JobQueue.turn`."""
    queues = [wish.queue for wish in claims]
    if again := _repeated(transaction, ticket, queues, lease_for):
        return again
    settled, refused = settle(transaction, transitions)
    leases = [
        lease for wish in claims for lease in claim(transaction, wish, ticket.lane, lease_for)
    ]
    if leases or settled:
        _remember(transaction, ticket, leases, refused)
    answer = _answer(transaction, leases, refused, queues)
    for queue, waiting in answer.waiting.items():
        if waiting:
            transaction.arrivals.add(queue)
    return answer


def reclaiming_turn(
    transaction: Transaction,
    ticket: TurnTicket,
    overdue: Callable[[Transaction], Mapping[str, Sequence[JobRow]]],
    lease_for: timedelta,
) -> Sequence[Lease]:
    """Takes leases over, unless the ticket is an old one; see `JobQueue.reclaim`."""
    if again := _repeated(transaction, ticket, (), lease_for):
        return again.leases
    leases = [
        lease
        for queue, rows in overdue(transaction).items()
        for lease in take_over(transaction, queue, rows, ticket.lane, lease_for)
    ]
    if leases:
        _remember(transaction, ticket, leases, {})
    return leases


def forget_old_turns(transaction: Transaction) -> None:
    """Drops the answers that nobody will ask for again."""
    transaction.execute(_FORGET, (transaction.now - REMEMBERED_FOR_MS,))


def _answer(
    snapshot: Snapshot,
    leases: Sequence[Lease],
    refused: Mapping[int, Refusal],
    queues: Sequence[str],
) -> Turn:
    policies = {queue: snapshot.policy(queue) for queue in queues}
    waiting = {
        queue: 0 if policy.paused else snapshot.number_in(queue, JobStatus.QUEUED)
        for queue, policy in policies.items()
    }
    held_back = {queue: p.paused_types for queue, p in policies.items() if p.paused_types}
    return Turn(leases, refused, waiting, snapshot.next_due(queues), held_back=held_back)


def _remember(
    transaction: Transaction,
    ticket: TurnTicket,
    leases: Sequence[Lease],
    refused: Mapping[int, Refusal],
) -> None:
    held = [(lease.record.id, lease.record.standing.token) for lease in leases]
    answer = json.dumps([held, list(refused.items())])
    transaction.execute(_REMEMBER, (ticket.lane, ticket.number, transaction.now, answer))


def _repeated(
    transaction: Transaction, ticket: TurnTicket, queues: Sequence[str], lease_for: timedelta
) -> Turn | None:
    number, answer = _last(transaction, ticket.lane)
    if ticket.number > number:
        return None
    if ticket.number < number:
        return Turn()
    held, refused = json.loads(answer)
    leases = [
        lease
        for job_id, token in held
        if (lease := held_again(transaction, JobId(job_id), token, ticket.lane, lease_for))
    ]
    refusals = {index: Refusal(word) for index, word in refused}
    return _answer(transaction, leases, refusals, queues)


def _last(snapshot: Snapshot, lane: str) -> tuple[int, str]:
    last: tuple[int, str] | None = snapshot.execute(_LAST, (lane,)).fetchone()
    return last or (0, "[[], []]")
