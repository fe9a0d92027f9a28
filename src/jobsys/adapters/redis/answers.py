"""What the scripts answer, in the words of the port."""

import logging
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final, cast

from jobsys.adapters.redis.errors import port_error
from jobsys.adapters.redis.records import Wait, leases_of
from jobsys.adapters.redis.standing import STATUSES
from jobsys.domain.instants import from_ms
from jobsys.domain.job_id import JobId
from jobsys.domain.lease import Lease
from jobsys.domain.move import Move
from jobsys.ports.errors import AdapterError
from jobsys.ports.job_queue import LeaseState, Moved, Tick
from jobsys.ports.submission import Answer, Duplicate, Receipt, Submission
from jobsys.ports.turn import Refusal, Turn

_RECEIPTS: Final = (Receipt.EXISTS, Receipt.CREATED, Receipt.FULL, Receipt.CLOSED)
"""By the numbers that enqueue.lua returns."""

log = logging.getLogger("jobsys.redis")

TurnAnswer = tuple[
    Sequence[bytes], Sequence[bytes], Sequence[bytes | None], *tuple[list[Wait], ...]
]

TickAnswer = tuple[int, int, int, bytes, bytes, bytes, bytes]


def sound(answers: Mapping[str, object], address: str) -> Mapping[str, object]:
    """Returns the answers of queues that did not fail, so that one damaged queue stops no other.

    Raises:
        AdapterError: every queue failed.
    """
    failed = {queue: a for queue, a in answers.items() if isinstance(a, Exception)}
    for queue, error in failed.items():
        if len(failed) == len(answers):
            raise port_error(error, address) from error
        log.error("queue %s: %s", queue, port_error(error, address))
    return {queue: answer for queue, answer in answers.items() if queue not in failed}


def each_of(answer: object, items: int) -> Sequence[object]:
    """Returns what a script answered for each of its items: its exception, where it failed."""
    return [answer] * items if isinstance(answer, Exception) else cast("Sequence[object]", answer)


def raise_first(answers: Sequence[object], address: str) -> None:
    """Raises what the first of the failed scripts answered."""
    for answer in answers:
        if isinstance(answer, Exception):
            raise port_error(answer, address) from answer


def turn_of(
    answers: Mapping[str, object],
    settled: Mapping[str, Sequence[int]],
    claimed: Collection[str],
    address: str,
) -> Turn:
    """Returns the turn that the queues' answers make together.

    `settled` has the indexes of each queue's transitions in the call.
    """
    failures = dict[str, AdapterError]()
    leases, refused, waiting = list[Lease](), dict[int, Refusal](), dict[str, int]()
    dues, held_back = list[int](), dict[str, Collection[str]]()
    for queue, answer in answers.items():
        if isinstance(answer, Exception):
            failures[queue] = port_error(answer, address)
            continue
        summary, refusals, triples, *waits = cast("TurnAnswer", answer)
        if refusals:
            refused.update(_refused(refusals, settled[queue]))
        if not summary:
            continue
        left, due, ends, *types = summary
        leases += leases_of(queue, triples, from_ms(int(ends)), *waits)
        if queue in claimed:
            waiting[queue] = int(left)
            dues += [int(float(due))] if due else []
        if types:
            held_back[queue] = types[0].decode().split()
    return Turn(leases, refused, waiting, from_ms(min(dues)) if dues else None, failures, held_back)


def _refused(words: Sequence[bytes], indexes: Sequence[int]) -> Iterator[tuple[int, Refusal]]:
    """Yields which of the call's transitions were refused, and why."""
    each = iter(words)
    for index, refusal in zip(each, each, strict=True):
        yield indexes[int(index)], Refusal(refusal.decode())


def tick_of(answers: Sequence[TickAnswer]) -> Tick:
    """Returns what a tick did in all queues together."""
    return Tick(
        sum(promoted for promoted, *_ in answers),
        sum(removed for _, removed, *_ in answers),
        sum(leased for _, _, leased, *_ in answers),
        _first(due for _, _, _, due, *_ in answers),
        _first(at for _, _, _, _, *over, _ in answers for at in over),
        _first(now for *_, now in answers),
    )


def _first(instants: Iterable[bytes]) -> datetime | None:
    """Returns the earliest of those that there are."""
    told = [int(at) for at in instants if at]
    return from_ms(min(told)) if told else None


def answers_of(submissions: Sequence[Submission], answers: Sequence[object]) -> Sequence[Answer]:
    """Returns what became of submissions: mostly they have numbers, which are looked up."""
    try:
        return [_RECEIPTS[number] for number in cast("Sequence[int]", answers)]
    except TypeError:
        return [_answer_of(s, answer) for s, answer in zip(submissions, answers, strict=True)]


def _answer_of(submission: Submission, answer: object) -> Answer:
    if isinstance(answer, int):
        return _RECEIPTS[answer]
    return Duplicate(JobId.of(submission.job_id.queue, cast("bytes", answer).decode()))


def lease_state_of(answer: object) -> LeaseState:
    """Returns what became of a renewal."""
    if isinstance(answer, Exception):
        return LeaseState.UNKNOWN
    return LeaseState(cast("bytes", answer).decode())


def moved_of(move: Move, answer: tuple[bytes, bytes, int]) -> Moved:
    """Returns what became of a move."""
    before, after, applied = answer
    return Moved(
        move.job_id,
        STATUSES.get(before.decode()),
        STATUSES.get(after.decode()),
        bool(applied),
    )
