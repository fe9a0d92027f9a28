"""Removing ended jobs by hand from Redis."""

from collections.abc import Sequence
from typing import Final, cast

from jobsys.adapters.redis.answers import sound
from jobsys.adapters.redis.scripts import Call
from jobsys.adapters.redis.standing import LETTERS
from jobsys.adapters.redis.store import RedisStore
from jobsys.domain.instants import stored_ms
from jobsys.domain.job_id import JobId
from jobsys.domain.record import JobRecord
from jobsys.ports.removal import Removal

BATCH: Final = 500
"""As many jobs as go into one script."""


class RedisRemoval(Removal):
    """Removes from a store, by the clock of Redis."""

    def __init__(self, store: RedisStore, keep_last: int = 10_000) -> None:
        self._store = store
        self._keys = store.layout
        self._keep_last = keep_last

    async def over(self, queues: Sequence[str], limit: int) -> Sequence[JobId]:
        args = min(limit, BATCH), self._keep_last
        calls: list[Call] = [("over", self._keys.of_queue(queue), args) for queue in queues]
        answers = await self._store.run_all(calls)
        found = sound(dict(zip(queues, answers, strict=True)), self._store.address)
        return [
            JobId.of(queue, key.decode())
            for queue, keys in found.items()
            for key in cast("Sequence[bytes]", keys)
        ]

    async def remove(self, records: Sequence[JobRecord]) -> int:
        by_queue: dict[str, list[JobRecord]] = {}
        for record in records:
            if record.status.is_final:
                by_queue.setdefault(record.id.queue, []).append(record)
        calls: list[Call] = [
            ("remove", self._keys.of_queue(queue), [w for r in batch for w in _seen(r)])
            for queue, found in by_queue.items()
            for batch in (found[start : start + BATCH] for start in range(0, len(found), BATCH))
        ]
        answers = await self._store.run_all(calls)
        numbered = sound({str(n): each for n, each in enumerate(answers)}, self._store.address)
        return sum(cast("int", answer) for answer in numbered.values())


def _seen(record: JobRecord) -> tuple[str, str, str, str]:
    standing = record.standing
    since = str(stored_ms(standing.changed_at))
    return record.id.key, LETTERS[standing.status], str(standing.token), since
