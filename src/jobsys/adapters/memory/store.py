"""What the in-memory backend holds."""

import threading
from datetime import datetime
from itertools import count
from typing import Final, NamedTuple

from jobsys.adapters.memory.stored_log import StoredLog
from jobsys.adapters.memory.stored_queue import MemoryQueue
from jobsys.adapters.memory.waiters import Waiters
from jobsys.domain.circuit_state import CircuitState
from jobsys.domain.job_id import JobId
from jobsys.domain.schedule import Schedule, ScheduleId
from jobsys.domain.worker_card import WorkerCard
from jobsys.ports.subscription import Subscription
from jobsys.ports.turn import Turn

REMEMBERED_FOR_MS: Final = 60_000


class LastTurn(NamedTuple):
    """What a lane was answered last, and when, so that a repeated call is answered the same."""

    number: int
    turn: Turn
    answered_ms: int


class MemoryStore:
    """The queues of one process, shared by every adapter that is given this store."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.queues: dict[str, MemoryQueue] = {}
        self.last_turns: dict[str, LastTurn] = {}
        self.schedules: dict[ScheduleId, Schedule] = {}
        self.circuits: dict[str, CircuitState] = {}
        self.cards: dict[str, tuple[WorkerCard, datetime]] = {}
        self.waiters = Waiters()
        self.listeners: list[Subscription] = []
        self.logs: dict[JobId, StoredLog] = {}
        self.line_numbers = count(1)

    def queue(self, name: str) -> MemoryQueue:
        """Returns a queue, made at its first use."""
        queue = self.queues.get(name)
        if queue is None:
            queue = self.queues[name] = MemoryQueue(name)
        return queue

    def forget_old_turns(self, now: int) -> None:
        """Forgets what lanes were answered so long ago that none will ask again."""
        oldest = now - REMEMBERED_FOR_MS
        self.last_turns = {
            lane: last for lane, last in self.last_turns.items() if last.answered_ms >= oldest
        }
