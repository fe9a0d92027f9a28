"""The policies of the queues in Redis."""

import json
from collections.abc import Mapping, Sequence

from jobsys.adapters.redis.errors import translated
from jobsys.adapters.redis.store import RedisStore
from jobsys.domain.queue_policy import QueuePolicy, known_fields, policy_of
from jobsys.ports.queue_policies import QueuePolicies


class RedisQueuePolicies(QueuePolicies):
    """What the queues in a Redis go by."""

    def __init__(self, store: RedisStore) -> None:
        self._store = store

    async def get(self, queues: Sequence[str]) -> Mapping[str, QueuePolicy]:
        return {queue: policy_of(await self._stored(queue)) for queue in queues}

    async def put(self, queue: str, before: QueuePolicy, after: QueuePolicy) -> bool:
        seen = await self._stored(queue)
        if policy_of(seen) != before:
            return False
        foreign = {name: text for name, text in seen.items() if name not in known_fields()}
        args = queue, json.dumps(seen), json.dumps({**foreign, **after.fields})
        return bool(await self._store.run("policy", self._store.layout.of_queue(queue), args))

    async def _stored(self, queue: str) -> Mapping[str, str]:
        with translated(self._store.address):
            stored = await self._store.client.hgetall(self._store.layout.policy(queue))
        return {_text(field): _text(value) for field, value in stored.items()}


def _text(told: bytes | str) -> str:
    return told.decode("utf-8", "replace") if isinstance(told, bytes) else told
