"""The SQLite backend, made ready for the conformance suites."""

import os
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from jobsys.adapters.sqlite import notices
from jobsys.adapters.sqlite.circuits import SqliteCircuits
from jobsys.adapters.sqlite.event_bus import SqliteEventBus
from jobsys.adapters.sqlite.job_inspector import SqliteJobInspector
from jobsys.adapters.sqlite.job_logs import SqliteJobLogs
from jobsys.adapters.sqlite.job_queue import SqliteJobQueue
from jobsys.adapters.sqlite.presence import SqlitePresence, enter
from jobsys.adapters.sqlite.process_mark import mark_of
from jobsys.adapters.sqlite.queue_policies import SqliteQueuePolicies
from jobsys.adapters.sqlite.removal import SqliteRemoval
from jobsys.adapters.sqlite.roster import SqliteRoster
from jobsys.adapters.sqlite.scheduler import SqliteScheduler
from jobsys.adapters.sqlite.store import SqliteStore
from jobsys.adapters.sqlite.store_checker import SqliteStoreChecker
from jobsys.adapters.sqlite.transaction import Transaction
from jobsys.domain.job_id import JobId
from jobsys.testing.virtual_clock import VirtualClock
from jobsys.testing.whole_backend import WholeBackend


class SqliteBackend(WholeBackend):
    """A file on a virtual clock; `another` opens it a second time, as another process would."""

    def __init__(
        self,
        path: Path,
        keep_last: int = 5,
        clock: VirtualClock | None = None,
        *,
        sweeps: bool = True,
    ) -> None:
        self._path = path
        self._keep_last = keep_last
        self._clock = clock or VirtualClock()
        self._stores = list[SqliteStore]()
        self._queue = SqliteJobQueue(self._opened(), keep_last if sweeps else None)
        self._inspector = SqliteJobInspector(self._stores[0])
        self._scheduler = SqliteScheduler(self._stores[0], self._clock)
        self._events = SqliteEventBus(self._stores[0], self._clock)
        self._presence = SqlitePresence(self._stores[0])
        self._circuits = SqliteCircuits(self._stores[0], self._clock)

    @property
    def queue(self) -> SqliteJobQueue:
        """The adapter that is tested."""
        return self._queue

    @property
    def inspector(self) -> SqliteJobInspector:
        """The same file, looked at."""
        return self._inspector

    @property
    def scheduler(self) -> SqliteScheduler:
        """The schedules of the same store."""
        return self._scheduler

    @property
    def removal(self) -> SqliteRemoval:
        """What removes from the same store by hand."""
        return SqliteRemoval(self._stores[0], self._clock, self._keep_last)

    @property
    def policies(self) -> SqliteQueuePolicies:
        """The policies of the same store."""
        return SqliteQueuePolicies(self._stores[0])

    @property
    def events(self) -> SqliteEventBus:
        """The event bus of the same store."""
        return self._events

    @property
    def presence(self) -> SqlitePresence:
        """The workers of the same store."""
        return self._presence

    @property
    def circuits(self) -> SqliteCircuits:
        """The circuits of the same store."""
        return self._circuits

    @property
    def sees_deaths(self) -> bool:
        """Whether it can see a worker die."""
        return mark_of(os.getpid()) is not None

    @property
    def checker(self) -> SqliteStoreChecker:
        """What finds and mends damage in the same store."""
        return SqliteStoreChecker(self._stores[0], self._clock)

    @property
    def logs(self) -> SqliteJobLogs:
        """What was logged in the same store."""
        return SqliteJobLogs(self._stores[0], self._clock)

    @property
    def keep_last(self) -> int:
        """How many completed and cancelled jobs a queue keeps."""
        return self._keep_last

    async def another(self) -> SqliteJobQueue:
        """Returns a second adapter, with connections of its own."""
        return SqliteJobQueue(self._opened(), self._keep_last)

    async def another_scheduler(self) -> SqliteScheduler:
        """Returns a second adapter, as another process would have it."""
        return SqliteScheduler(self._opened(), self._clock)

    async def another_event_bus(self) -> SqliteEventBus:
        """Returns a second adapter, as another process would have it."""
        return SqliteEventBus(self._opened(), self._clock)

    async def lose_a_listener(self) -> None:
        """Leaves behind what a process leaves that is killed while it listens."""
        await self._stores[0].write(lambda t: notices.enter(t, "killed"))

    async def another_presence(self) -> SqlitePresence:
        """Returns a second adapter, as another process would have it."""
        return SqlitePresence(self._opened())

    async def lose_a_worker(self, worker: str) -> None:
        """Leaves behind what a process leaves that is killed while this worker is there."""
        mark = mark_of(os.getpid())
        if mark is not None:
            killed = replace(mark, started=mark.started - 1)  # its number is taken again
            await self._stores[0].write(lambda t: enter(t, worker, killed))

    async def another_circuits(self) -> SqliteCircuits:
        """Returns a second adapter, as another process would have it."""
        return SqliteCircuits(self._opened(), self._clock)

    async def damage_circuit(self, name: str) -> None:
        """Overwrites what is stored of a circuit."""
        await self._stores[0].write(lambda t: t.execute(_NONSENSE, (name,)).rowcount)

    async def another_job_logs(self) -> SqliteJobLogs:
        """Returns a second adapter, as another process would have it."""
        return SqliteJobLogs(self._opened(), self._clock)

    @property
    def roster(self) -> SqliteRoster:
        """The cards in the same store."""
        return SqliteRoster(self._stores[0], self._clock)

    async def another_roster(self) -> SqliteRoster:
        """Returns a second adapter, as another process would have it."""
        return SqliteRoster(self._opened(), self._clock)

    async def damage_card(self, worker: str) -> None:
        """Overwrites a worker's card."""
        nonsense = "UPDATE cards SET card = 'nonsense' WHERE worker = ?"
        await self._stores[0].write(lambda t: t.execute(nonsense, (worker,)).rowcount)

    async def now(self) -> datetime:
        """Returns what the virtual clock shows."""
        return self._clock.now()

    async def advance(self, by: timedelta) -> None:
        """Moves the virtual clock forward."""
        self._clock.advance(by)

    async def damage(self, job_id: JobId, raw: bytes | None) -> None:
        """Overwrites a stored envelope, or takes it away; its type is then unknown."""
        row = raw, job_id.queue, job_id.key
        await self._stores[0].write(lambda t: t.execute(_OVERWRITE, row).rowcount)

    async def reset(self) -> None:
        """Empties the file."""
        self._clock.reset()
        await self._stores[0].write(_emptied)

    async def close(self) -> None:
        """Closes every connection."""
        for store in self._stores:
            await store.stop()

    def _opened(self) -> SqliteStore:
        self._stores.append(SqliteStore(self._path, self._clock, synchronous="NORMAL"))
        return self._stores[-1]


_OVERWRITE: Final = "UPDATE jobs SET envelope = ?, job_type = '' WHERE queue = ? AND key = ?"
_NONSENSE: Final = "INSERT OR REPLACE INTO circuits VALUES (?, 'nonsense')"


def _emptied(transaction: Transaction) -> bool:
    tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    for (table,) in transaction.execute(tables).fetchall():
        transaction.execute(f"DELETE FROM {table}")  # noqa: S608 (names of our own)
    return True
