"""Workers as their host sees them: by their processes."""

import asyncio
import json
import logging
import os
from collections.abc import AsyncGenerator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from typing import Final

from jobsys.adapters.sqlite.process_mark import ProcessMark, has_ended, mark_of, this_host
from jobsys.adapters.sqlite.snapshot import Snapshot
from jobsys.adapters.sqlite.store import SqliteStore
from jobsys.adapters.sqlite.transaction import Transaction
from jobsys.domain.errors import JobsysError
from jobsys.ports.presence import Presence

log = logging.getLogger("jobsys.presence")

AGAIN_AFTER: Final = 1.0
"""Seconds until a file that did not take a worker in, as one that is locked, is asked again."""


class SqlitePresence(Presence):
    """Each worker is registered with its process, which only its own host looks for."""

    def __init__(self, store: SqliteStore) -> None:
        self._store = store

    @asynccontextmanager
    async def present(self, worker: str) -> AsyncGenerator[None]:
        mark = mark_of(os.getpid())
        if mark is None:
            log.info(
                "this host cannot tell when worker %s dies: its leases have to run out", worker
            )
            yield
            return
        try:
            level = logging.WARNING
            while not await self._took(worker, lambda t: enter(t, worker, mark), level):
                level = logging.DEBUG
                await asyncio.sleep(AGAIN_AFTER)
            yield
        finally:
            await self._took(worker, lambda t: leave(t, [worker]), logging.WARNING)

    async def gone(self) -> Collection[str]:
        host = this_host()
        if host is None:
            return ()
        known = await self._store.read(lambda s: _on(s, host))
        return [worker for worker, mark in known if has_ended(mark)]

    async def known(self) -> int:
        host = this_host()
        return 0 if host is None else len(await self._store.read(lambda s: _on(s, host)))

    async def forget(self, workers: Collection[str]) -> None:
        await self._store.write(lambda t: leave(t, workers))

    async def _took(self, worker: str, change: Callable[[Transaction], bool], level: int) -> bool:
        """Says whether the file took a change; where not, the log is told why."""
        try:
            return await self._store.write(change)
        except JobsysError as error:
            log.log(level, "worker %s cannot be seen to die: %s", worker, error)
            return False


def enter(transaction: Transaction, worker: str, mark: ProcessMark) -> bool:
    """Notes in which process a worker is, and forgets those of former boots: nobody looks for them."""
    transaction.execute("DELETE FROM workers WHERE instr(host, ?) <> 1", (f"{mark.boot} ",))
    transaction.execute(
        "INSERT OR REPLACE INTO workers (name, host, pid, started) VALUES (?, ?, ?, ?)",
        (worker, mark.host, mark.pid, mark.started),
    )
    return True


def leave(transaction: Transaction, workers: Collection[str]) -> bool:
    """Forgets workers."""
    transaction.execute(
        "DELETE FROM workers WHERE name IN (SELECT value FROM json_each(?))",
        (json.dumps(list(workers)),),
    )
    return True


def _on(snapshot: Snapshot, host: str) -> Sequence[tuple[str, ProcessMark]]:
    found = snapshot.execute("SELECT name, pid, started FROM workers WHERE host = ?", (host,))
    return [(name, ProcessMark(host, pid, started)) for name, pid, started in found]
