"""A store in memory that remembers every job that it ever took in."""

from jobsys.adapters.memory.store import MemoryStore
from jobsys.adapters.memory.stored_queue import MemoryQueue, StoredJob
from jobsys.domain.record import JobRecord


class AcceptingQueue(MemoryQueue):
    """Notes each new job as it was when it came, whether submitted or made by a schedule."""

    def __init__(self, name: str, accepted: list[JobRecord]) -> None:
        super().__init__(name)
        self._accepted = accepted

    def add(self, key: str, job: StoredJob, score: int) -> None:
        """Takes a new job in."""
        super().add(key, job, score)
        self._accepted.append(self.record(key))


class AcceptingStore(MemoryStore):
    """Keeps what it accepted, also once the jobs themselves are removed."""

    def __init__(self) -> None:
        super().__init__()
        self.accepted: list[JobRecord] = []

    def queue(self, name: str) -> MemoryQueue:
        """Returns a queue, made at its first use."""
        return self.queues.setdefault(name, AcceptingQueue(name, self.accepted))
