"""The schedules in a file."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from jobsys.adapters.sqlite import schedules as rows
from jobsys.adapters.sqlite.rows import ms_or_none
from jobsys.adapters.sqlite.snapshot import Snapshot
from jobsys.adapters.sqlite.store import SqliteStore
from jobsys.adapters.sqlite.transaction import Transaction
from jobsys.domain.instants import from_ms, to_ms
from jobsys.domain.schedule import Firing, Schedule, ScheduleId
from jobsys.ports.clock import Clock
from jobsys.ports.scheduler import Due, Scheduler


class SqliteScheduler(Scheduler):
    """Keeps schedules in the file of a store."""

    def __init__(self, store: SqliteStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def put(self, schedules: Sequence[Schedule]) -> None:
        def write(transaction: Transaction) -> int:
            for schedule in schedules:
                rows.put(transaction, schedule)
            return len(schedules)

        await self._store.write(write)

    async def get(self, ids: Sequence[ScheduleId]) -> Mapping[ScheduleId, Schedule]:
        def read(snapshot: Snapshot) -> Mapping[ScheduleId, Schedule]:
            return {known.id: known for wanted in ids if (known := rows.one(snapshot, wanted))}

        return await self._store.read(read)

    async def find(self, queue: str | None = None) -> Sequence[Schedule]:
        return await self._store.read(lambda s: rows.of_queue(s, queue))

    async def remove(self, schedule_id: ScheduleId) -> bool:
        return await self._store.write(lambda t: rows.remove(t, schedule_id))

    async def set_next(self, schedule_id: ScheduleId, next_at: datetime | None) -> bool:
        return await self._store.write(lambda t: rows.set_next(t, schedule_id, ms_or_none(next_at)))

    async def due(self, queues: Sequence[str], limit: int) -> Due | None:
        now = self._clock.now()
        if not await self._store.read(lambda s: rows.are_in(s, queues)):
            return None

        def read(snapshot: Snapshot) -> Due:
            found: list[Schedule] = []
            later: list[int] = []
            for queue in queues:
                come = rows.come(snapshot, queue, limit, to_ms(now))
                found += come
                after = rows.next_after(snapshot, queue, len(come))
                later += [] if after is None else [after]
            return Due(found, now, from_ms(min(later)) if later else None)

        return await self._store.read(read)

    async def fire(self, firings: Sequence[Firing]) -> Sequence[bool]:
        return await self._store.write(lambda t: [rows.fire(t, firing) for firing in firings])
