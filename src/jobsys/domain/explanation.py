"""What is told of why a job waits."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final

from jobsys.domain.circuit_state import CircuitStatus
from jobsys.domain.queue_policy import QueuePolicy
from jobsys.domain.value import value
from jobsys.domain.worker_card import WorkerCard

MOST_AHEAD: Final = 10_000
"""So many jobs ahead of one are counted: a place is looked for while the backend does nothing else."""


class WaitCode(StrEnum):
    """What a job waits for, or that it does not; the words are stable."""

    ENDED = "ended"
    DEAD = "dead"
    RUNNING = "running"
    STOPPING = "stopping"
    PARENTS = "parents"
    CIRCUIT = "circuit"
    TYPE_PAUSED = "type_paused"
    QUEUE_PAUSED = "queue_paused"
    NO_WORKER = "no_worker"
    NO_HANDLER = "no_handler"
    NO_VERSION = "no_version"
    NOT_READY = "not_ready"
    RETRY = "retry"
    SNOOZED = "snoozed"
    DELAY = "delay"
    AHEAD = "jobs_ahead"
    SLOTS = "slots"
    NEXT = "next"


@value
class Scene:
    """What there is around a job: its queue's policy, the workers that live, and what is ahead.

    `circuit` is that of the job's type, where the type is known here and names one.
    """

    now: datetime
    policy: QueuePolicy
    cards: Sequence[WorkerCard]
    ahead: int | None = None
    circuit: CircuitStatus | None = None


@value
class Explanation:
    """Why a job waits: a code, a sentence, and how it may be mended; empty where nothing is amiss.

    `starts_at` is when it will begin, as far as that can be told.
    """

    code: WaitCode
    sentence: str
    mend: str = ""
    starts_at: datetime | None = None
