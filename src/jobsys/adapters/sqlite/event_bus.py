"""Notices between the processes that share a file."""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from time import monotonic
from typing import Final
from uuid import uuid4

from jobsys.adapters.sqlite import notices as rows
from jobsys.adapters.sqlite.snapshot import Snapshot
from jobsys.adapters.sqlite.store import SqliteStore
from jobsys.adapters.sqlite.transaction import Transaction
from jobsys.adapters.sqlite.watch import LOOK_EVERY, UNSEEN, Watch, unless_locked
from jobsys.domain.errors import JobsysError
from jobsys.domain.instants import to_ms
from jobsys.domain.notice import JobNotice, NoticeInterest, decoded, encoded
from jobsys.ports.clock import Clock
from jobsys.ports.event_bus import EventBus
from jobsys.ports.subscription import Subscription

log = logging.getLogger("jobsys.events")

SEEN_EVERY: Final = 2.0
AGAIN_AFTER: Final = 1.0


class SqliteEventBus(EventBus):
    """Listeners look at the file fifty times a second; while there are none, nobody writes."""

    def __init__(self, store: SqliteStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def publish(self, notices: Sequence[JobNotice]) -> bool:
        now, texts = to_ms(self._clock.now()), [encoded([notice]) for notice in notices]

        def nobody(snapshot: Snapshot) -> bool | None:
            return None if rows.has_listeners(snapshot, now) else False

        def write(transaction: Transaction) -> bool:
            rows.add(transaction, texts)
            return True

        try:
            return await self._store.write(write, unless=nobody)
        except JobsysError as error:
            log.warning("%d notices are lost: %r", len(notices), error)
            return False

    @asynccontextmanager
    async def subscribe(self, interest: NoticeInterest) -> AsyncGenerator[Subscription]:
        name, listener = uuid4().hex, Subscription(interest)
        last = await self._store.write(lambda t: rows.enter(t, name))
        reader = asyncio.create_task(self._read(name, last, listener), name="jobsys-events")
        try:
            yield listener
        finally:
            listener.close()
            reader.cancel()
            await asyncio.wait([reader])
            await self._left(name)

    async def _left(self, name: str) -> None:
        try:
            await self._store.write(lambda t: rows.leave(t, name))
        except JobsysError as error:
            log.warning("a listener that left is forgotten later: %r", error)

    async def _read(self, name: str, last: int, listener: Subscription) -> None:
        """Hands on what comes, until the listener leaves."""
        while True:
            try:
                watch = await self._store.watch()
                await self._store.write(lambda t: rows.see(t, name))
                last = await handed_on(watch, last, listener)
            except (JobsysError, sqlite3.Error) as error:
                log.warning("a listener cannot look at the file now: %r", error)
                await asyncio.sleep(AGAIN_AFTER)


async def handed_on(watch: Watch, last: int, listener: Subscription) -> int:
    """Hands on what comes for a while, and returns the number of the last notice."""
    version, until = UNSEEN, monotonic() + SEEN_EVERY
    while monotonic() < until:
        with unless_locked():
            seen = watch.version()
            while seen != version and (found := watch.notices_after(last)):
                listener.missed(found[0][0] - last - 1)
                last = found[-1][0]
                listener.offer([notice for _, text in found for notice in _readable(text)])
            version = seen
        await asyncio.sleep(LOOK_EVERY)
    return last


def _readable(text: bytes) -> Sequence[JobNotice]:
    try:
        return decoded(text)
    except ValueError as error:  # a later release may say more
        log.warning("notices that cannot be read are passed over: %s", error)
        return []
