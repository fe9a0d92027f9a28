"""Workers as Redis sees them: by a connection that each keeps open."""

import asyncio
import logging
import random
from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from itertools import count
from typing import Final, cast

from redis.asyncio import Redis
from redis.exceptions import NoPermissionError, RedisError, ResponseError

from jobsys.adapters.redis.errors import port_error, translated
from jobsys.adapters.redis.store import ANSWERED_WITHIN, LONGEST_BLOCK, RedisStore
from jobsys.ports.errors import QueueDamaged
from jobsys.ports.presence import Presence

log = logging.getLogger("jobsys.presence")

SURE_AFTER: Final = 1.0
"""Seconds for which a worker's connection is missed before the worker counts as dead."""
LONGEST_PAUSE: Final = 0.6
"""The part of these seconds that a pause between two looks may count for."""
FEW: Final = 16
"""So many workers look each for itself: it costs next to nothing, and writes nothing."""
SHOWN_EVERY: Final = 2
"""After so many waits a worker shows itself again: it may have been forgotten by mistake."""
SOONEST: Final = 0.01
LATEST: Final = 0.25
"""Seconds until a lost connection is opened anew; well below those after which it is missed."""


class _UnseenError(Exception):
    """A worker's connection is there, and others cannot see it: a proxy stands in between."""


class RedisPresence(Presence):
    """Each worker is registered with the id of a connection that dies with its process.

    Who asks looks which connections are not there, and marks their workers in Redis. Of many who
    ask, whoever comes first does so a few times a second, and the others only read the marks.
    """

    def __init__(self, store: RedisStore, sure_after: float = SURE_AFTER) -> None:
        self._store = store
        self._workers = store.layout.workers
        self._missed = store.layout.missed
        self._looked = store.layout.looked
        self._sure_after = [round(sure_after * 1000), round(sure_after * LONGEST_PAUSE * 1000)]
        self._look_every_ms = max(round(sure_after * 400), 1)
        self._sees = True

    @asynccontextmanager
    async def present(self, worker: str) -> AsyncGenerator[None]:
        left, tried = asyncio.Event(), asyncio.Event()
        shown = asyncio.create_task(self._show(worker, tried, left), name="jobsys-presence")
        try:
            await tried.wait()
            yield
        finally:
            left.set()
            shown.cancel()
            await asyncio.wait([shown])
            await self._leave(worker)

    async def gone(self) -> Collection[str]:
        if not self._sees:
            return ()
        keys = [self._workers, self._missed, self._looked]
        args = [*self._sure_after, self._look_every_ms, FEW]
        answer = cast("Sequence[bytes]", await self._store.run("roll", keys, args))
        names, *registered = [text.decode() for text in answer]
        if registered:
            names = await self._look(dict(zip(registered[::2], registered[1::2], strict=True)))
        return names.split()

    async def known(self) -> int:
        with translated(self._store.address):
            return int(await self._store.client.hlen(self._workers)) if self._sees else 0

    async def forget(self, workers: Collection[str]) -> None:
        with translated(self._store.address):
            await self._store.client.hdel(self._workers, *workers)

    async def _look(self, registered: Mapping[str, str]) -> str:
        """Notes which of the workers are missed, and returns the names of those that are gone."""
        client, address = self._store.client, self._store.address
        with translated(address):
            try:
                clients = await client.client_list(client_id=[*registered.values()])
            except ResponseError as error:
                if not isinstance(port_error(error, address), QueueDamaged):
                    raise
                self._sees = False
                log.warning("cannot see workers die, their leases have to run out: %s", error)
                return ""
        connected = {(one["name"], one["id"]) for one in clients}
        missed = [w for w, known in registered.items() if (_name_of(w), known) not in connected]
        marks = [text for worker in missed for text in (worker, registered[worker])]
        keys = [self._workers, self._missed]
        names = await self._store.run("missed", keys, [*self._sure_after, *marks])
        return cast("bytes", names).decode()

    async def _show(self, worker: str, tried: asyncio.Event, left: asyncio.Event) -> None:
        """Keeps a connection, and registers each new one at once."""
        pause, level = SOONEST, logging.WARNING
        while not left.is_set():  # a client may swallow a cancel
            try:
                # The client's own context leaves a connection open that is cancelled meanwhile.
                async with aclosing(self._store.unlimited.client()) as own:
                    async with asyncio.timeout(ANSWERED_WITHIN):
                        known = await self._register(own, worker)
                    tried.set()
                    pause = SOONEST
                    await self._stay(own, worker, known, left)
            except (_UnseenError, RedisError, OSError) as error:
                tried.set()
                if _is_refusal(error):  # it may be otherwise later
                    log.log(level, "worker %s cannot be seen to die: %s", worker, error)
                    level = logging.DEBUG
                    await self._leave(worker)
                    await asyncio.sleep(LONGEST_BLOCK)
                else:
                    log.info("worker %s shows itself anew: %r", worker, error)
                    await asyncio.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311 (spread, not secrecy)
                    pause = min(2 * pause, LATEST)

    async def _register(self, own: "Redis", worker: str) -> int:
        """Registers a worker with its own connection, once others can see that; returns its id."""
        await own.client_setname(_name_of(worker))
        known = await own.client_id()
        seen = await self._store.client.client_list(client_id=[str(known)])
        if _name_of(worker) not in {one["name"] for one in seen}:
            await own.ping()  # one that was cut meanwhile is not seen either
            raise _UnseenError("its connection is not in the CLIENT LIST that others are shown")
        await own.hset(self._workers, worker, str(known))
        return known

    async def _stay(self, own: "Redis", worker: str, known: int, left: asyncio.Event) -> None:
        """Reads what never comes, so that the end of the connection is noticed at once."""
        for waits in count(1):
            if left.is_set():
                return
            async with asyncio.timeout(ANSWERED_WITHIN):
                await own.blpop([f"{self._workers}:{worker}"], LONGEST_BLOCK)
                if waits % SHOWN_EVERY == 0:
                    await own.hsetnx(self._workers, worker, str(known))

    async def _leave(self, worker: str) -> None:
        try:
            await self._store.client.hdel(self._workers, worker)
        except (RedisError, OSError) as error:
            log.info("worker %s left without a word: %r", worker, error)


def _is_refusal(error: Exception) -> bool:
    """Says whether the same would be answered to the next try, too."""
    text = str(error)
    unknown = isinstance(error, ResponseError) and "unknown" in text and "command" in text
    return unknown or isinstance(error, (_UnseenError, NoPermissionError))


def _name_of(worker: str) -> str:
    """Returns what a worker's connection is called: ids begin anew when Redis does."""
    return f"jobsys-{worker}"
