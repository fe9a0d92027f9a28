"""A worker lane's turn at the queue: what it brings, and what it is answered."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import field
from datetime import datetime
from enum import StrEnum

from jobsys.domain.lease import Lease
from jobsys.domain.priority import ALL_LEVELS, JobPriority
from jobsys.domain.transition import Transition
from jobsys.domain.value import value
from jobsys.ports.errors import AdapterError


@value
class TurnTicket:
    """Names one call of one worker lane: a lane has one call in flight, and numbers them upward."""

    lane: str
    number: int


@value
class Claim:
    """A wish for up to `limit` jobs of a queue, of these levels alone, in this order."""

    queue: str
    limit: int
    levels: tuple[JobPriority, ...] = ALL_LEVELS


class Refusal(StrEnum):
    """Why a transition was not applied."""

    LOST = "lost"
    CANCELLING = "cancelling"


@value
class Turn:
    """What a turn answers.

    `refused` names transitions by their indexes in the call.
    `waiting` counts what is left in each claimed queue, `next_at` is when the next delayed job of
    them is due. `failures` names queues whose part of the turn failed, with nothing changed.
    `held_back` names the types whose jobs a queue's policy holds back.
    """

    leases: Sequence[Lease] = ()
    refused: Mapping[int, Refusal] = field(default_factory=dict[int, Refusal])
    waiting: Mapping[str, int] = field(default_factory=dict[str, int])
    next_at: datetime | None = None
    failures: Mapping[str, AdapterError] = field(default_factory=dict[str, AdapterError])
    held_back: Mapping[str, Collection[str]] = field(default_factory=dict[str, Collection[str]])

    def applied(self, asked: Sequence[Transition]) -> list[Transition]:
        """Returns those of the call's transitions that took effect."""
        return [
            transition
            for index, transition in enumerate(asked)
            if index not in self.refused and transition.record.id.queue not in self.failures
        ]

    def holds_back(self, lease: Lease, names_of: Callable[[str], Collection[str]]) -> bool:
        """Says whether a lease's job is of a type that its queue holds back under one of its names."""
        record = lease.record
        held_back = self.held_back.get(record.id.queue, ())
        return any(name in held_back for name in names_of(record.job_type))
