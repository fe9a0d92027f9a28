"""The policies of the queues in a file."""

import json
from collections.abc import Mapping, Sequence
from typing import Final

from jobsys.adapters.sqlite.store import SqliteStore
from jobsys.adapters.sqlite.transaction import Transaction
from jobsys.domain.queue_policy import QueuePolicy, known_fields
from jobsys.ports.queue_policies import QueuePolicies

_DROP: Final = "DELETE FROM policies WHERE queue = ? AND field IN (SELECT value FROM json_each(?))"
_SET: Final = "INSERT INTO policies (queue, field, value) VALUES (?, ?, ?)"


class SqliteQueuePolicies(QueuePolicies):
    """What the queues in a store's file go by."""

    def __init__(self, store: SqliteStore) -> None:
        self._store = store

    async def get(self, queues: Sequence[str]) -> Mapping[str, QueuePolicy]:
        return await self._store.read(lambda s: {queue: s.policy(queue) for queue in queues})

    async def put(self, queue: str, before: QueuePolicy, after: QueuePolicy) -> bool:
        return await self._store.write(lambda t: _put(t, queue, before, after))


def _put(transaction: Transaction, queue: str, before: QueuePolicy, after: QueuePolicy) -> bool:
    if transaction.policy(queue) != before:
        return False
    transaction.execute(_DROP, (queue, json.dumps(list(known_fields()))))
    rows = [(queue, field, value) for field, value in after.fields.items()]
    transaction.executemany(_SET, rows)
    transaction.forget_policies()
    if transaction.offers(queue):
        transaction.arrivals.add(queue)
    return True
