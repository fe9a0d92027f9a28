"""The policies of the queues in Redis."""

import json
from collections.abc import Mapping, Sequence
from typing import cast

from jobsys.adapters.redis.errors import translated
from jobsys.adapters.redis.store import RedisStore
from jobsys.domain.queue_policy import QueuePolicy, known_fields, policy_of
from jobsys.ports.queue_policies import QueuePolicies


class RedisQueuePolicies(QueuePolicies):
    """What the queues in a Redis go by."""

    def __init__(self, store: RedisStore) -> None:
        self._store = store

    async def get(self, queues: Sequence[str]) -> Mapping[str, QueuePolicy]:
        with translated(self._store.address):
            asking = self._store.client.pipeline(transaction=False)
            for queue in queues:
                asking.hgetall(self._store.layout.policy(queue))
            answers = cast("list[Mapping[bytes, bytes]]", await asking.execute())
        stored = zip(queues, answers, strict=True)
        return {queue: policy_of(_texts(fields)) for queue, fields in stored}

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
        return _texts(cast("Mapping[bytes, bytes]", stored))


def _texts(stored: Mapping[bytes, bytes]) -> Mapping[str, str]:
    return {
        field.decode("utf-8", "replace"): value.decode("utf-8", "replace")
        for field, value in stored.items()
    }
