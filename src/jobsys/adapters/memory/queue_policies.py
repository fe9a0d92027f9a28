"""The policies of the queues in memory."""

from collections.abc import Mapping, Sequence

from jobsys.adapters.memory.store import MemoryStore
from jobsys.domain.queue_policy import QueuePolicy
from jobsys.ports.queue_policies import QueuePolicies


class MemoryQueuePolicies(QueuePolicies):
    """What the queues of a store go by."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    async def get(self, queues: Sequence[str]) -> Mapping[str, QueuePolicy]:
        with self._store.lock:
            return {name: self._store.queue(name).policy for name in queues}

    async def put(self, queue: str, before: QueuePolicy, after: QueuePolicy) -> bool:
        with self._store.lock:
            found = self._store.queue(queue)
            if found.policy != before:
                return False
            found.policy = after
            if found.on_offer():
                self._store.waiters.wake_one(queue)
            return True
