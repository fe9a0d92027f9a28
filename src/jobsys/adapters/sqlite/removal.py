"""Removing ended jobs by hand from a file."""

from collections.abc import Sequence
from typing import Final

from jobsys.adapters.sqlite.rows import DEAD_PLACE, DONE_PLACE
from jobsys.adapters.sqlite.snapshot import Snapshot
from jobsys.adapters.sqlite.store import SqliteStore
from jobsys.adapters.sqlite.transaction import Transaction
from jobsys.adapters.sqlite.upkeep import remove
from jobsys.domain.instants import stored_ms, to_ms
from jobsys.domain.job_id import JobId
from jobsys.domain.record import JobRecord
from jobsys.domain.status import DONE
from jobsys.ports.clock import Clock
from jobsys.ports.removal import Removal

_OVER: Final = """
    SELECT key FROM jobs WHERE queue = ? AND place = ? AND score <= ? ORDER BY score, key LIMIT ?"""
_FIRST: Final = """
    SELECT key FROM jobs WHERE queue = ? AND place = ? ORDER BY score, key LIMIT ?"""
_SEEN: Final = """
    SELECT id, status, priority FROM jobs
    WHERE queue = ? AND key = ? AND status = ? AND token = ? AND changed_ms = ?"""


class SqliteRemoval(Removal):
    """Removes from the file of a store."""

    def __init__(self, store: SqliteStore, clock: Clock, keep_last: int = 10_000) -> None:
        self._store = store
        self._clock = clock
        self._keep_last = keep_last

    async def over(self, queues: Sequence[str], limit: int) -> Sequence[JobId]:
        now = to_ms(self._clock.now())
        return await self._store.read(
            lambda s: [JobId.of(q, key) for q in queues for key in self._over(s, q, limit, now)]
        )

    def _over(self, snapshot: Snapshot, queue: str, limit: int, now: int) -> Sequence[str]:
        surplus = min(snapshot.number_in(queue, *DONE) - self._keep_last, limit)
        beyond = snapshot.execute(_FIRST, (queue, DONE_PLACE, max(surplus, 0))).fetchall()
        done = snapshot.execute(_OVER, (queue, DONE_PLACE, now, limit)).fetchall()
        dead = snapshot.execute(_OVER, (queue, DEAD_PLACE, now, limit)).fetchall()
        return [key for (key,) in [*max(beyond, done, key=len), *dead]]

    async def remove(self, records: Sequence[JobRecord]) -> int:
        ended = [record for record in records if record.status.is_final]
        return await self._store.write(lambda t: sum(_remove(t, record) for record in ended))


def _remove(transaction: Transaction, record: JobRecord) -> int:
    standing = record.standing
    seen = standing.status.value, standing.token, stored_ms(standing.changed_at)
    found = transaction.execute(_SEEN, (record.id.queue, record.id.key, *seen)).fetchall()
    return remove(transaction, record.id.queue, found)
