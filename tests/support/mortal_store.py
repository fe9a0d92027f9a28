"""A process that kills itself before, during or after a transaction of a SQLite file."""

import asyncio
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from jobsys.adapters.sqlite.job_queue import SqliteJobQueue
from jobsys.adapters.sqlite.snapshot import Snapshot
from jobsys.adapters.sqlite.store import SqliteStore
from jobsys.adapters.sqlite.transaction import Transaction
from jobsys.ports.clock import Clock
from jobsys.testing.faults.crash_story import CrashStory
from jobsys.testing.faults.fail_points import FailPoint, Side
from jobsys.testing.faults.ledger import Ledger
from jobsys.testing.sqlite_backend import SqliteBackend
from jobsys.testing.virtual_clock import VirtualClock

T = TypeVar("T")


class MortalStore(SqliteStore):
    """Sends its own process SIGKILL at a point; each call that may write has a transaction."""

    def __init__(self, path: Path, clock: Clock, until: FailPoint) -> None:
        super().__init__(path, clock, synchronous="NORMAL")
        self._until = until
        self._writes = 0

    async def write(
        self,
        write: Callable[[Transaction], T],
        unless: Callable[[Snapshot], T | None] | None = None,
    ) -> T:
        def half_done(transaction: Transaction) -> T:
            made = write(transaction)
            transaction.write_counts()
            self._die_at(Side.DURING)
            return made

        self._writes += 1
        self._die_at(Side.BEFORE)
        answer = await super().write(half_done, unless)
        self._die_at(Side.AFTER)
        return answer

    def _die_at(self, side: Side) -> None:
        if FailPoint(self._writes, side) == self._until:
            os.kill(os.getpid(), signal.SIGKILL)


def live(path: Path, ledger: Path, until: FailPoint) -> None:
    """Lives the story until the point, in this process."""
    asyncio.run(_lived(path, Ledger(ledger), until))


async def _lived(path: Path, ledger: Ledger, until: FailPoint) -> None:
    clock = VirtualClock()
    watched = SqliteBackend(path, keep_last=100, clock=clock)
    store = MortalStore(path, clock, until)
    await CrashStory(SqliteJobQueue(store, 100), watched, ledger).act()
    await store.stop()
    await watched.close()
