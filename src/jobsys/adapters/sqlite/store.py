"""The file that the adapters of one process share."""

import os
from asyncio import wrap_future
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from jobsys.adapters.sqlite.call import Call
from jobsys.adapters.sqlite.connection import Synchronous
from jobsys.adapters.sqlite.durability import facts_of, weaknesses_of
from jobsys.adapters.sqlite.engine import Engine
from jobsys.adapters.sqlite.errors import translated
from jobsys.adapters.sqlite.room import room_of
from jobsys.adapters.sqlite.snapshot import Snapshot
from jobsys.adapters.sqlite.transaction import Transaction
from jobsys.adapters.sqlite.watch import Waiter, Watch
from jobsys.ports.clock import Clock
from jobsys.ports.durability import Weakness
from jobsys.ports.room import Room

T = TypeVar("T")


class SqliteStore:
    """A jobsys file; opened by `start` or at its first use, and anew after a fork."""

    def __init__(self, path: Path, clock: Clock, *, synchronous: Synchronous = "FULL") -> None:
        self._path = path
        self._clock = clock
        self._synchronous: Synchronous = synchronous
        self._engine: Engine | None = None

    async def start(self) -> None:
        """Opens the file, and makes it where there is none.

        Raises:
            ConfigurationError: the file cannot be used; the message says what mends it.
            QueueUnavailable: the file is locked, or the disk does not answer.

        """
        await self.read(lambda _: True)

    async def stop(self) -> None:
        """Closes the file once the calls in flight are answered."""
        engine, self._engine = self._engine, None
        if engine is not None and engine.pid == os.getpid():
            await wrap_future(engine.close())

    async def weaknesses(self) -> Sequence[Weakness]:
        """Returns what this file is worth where it lies."""
        return weaknesses_of(await self.read(partial(facts_of, self._path.resolve())))

    async def incarnation(self) -> str:
        """Returns the same for ever: what is in the file outlives those who wrote it."""
        return "file"

    async def room(self) -> Room:
        """Returns what the jobs take of the disk, and what is free on it."""
        return await self.read(partial(room_of, self._path.resolve()))

    async def read(self, read: Callable[[Snapshot], T]) -> T:
        """Returns what `read` finds, which is not None."""
        with translated(self._path):
            return await self._here().answer(Call(read, None))

    async def write(
        self,
        write: Callable[[Transaction], T],
        unless: Callable[[Snapshot], T | None] | None = None,
    ) -> T:
        """Returns what `write` made durable; where `unless` finds an answer, nothing is written."""
        with translated(self._path):
            return await self._here().answer(Call(unless, write))

    async def watch(self) -> Watch:
        """Returns what looks at the file without a thread."""
        engine = self._here()
        with translated(self._path):  # the file is there once the engine has read it
            return await engine.answer(Call(lambda _: engine.watch, None))

    async def wait(self, queues: Sequence[str], timeout: timedelta) -> Sequence[str]:
        """Returns queues in which there is work; empty when the time is up."""
        engine = self._here()
        with translated(self._path):
            waiter = Waiter(await self.watch(), queues)
            with engine.waiters.nudging(waiter):
                return await waiter.work(timeout)

    def _here(self) -> Engine:
        engine = self._engine
        if engine is not None and engine.pid == os.getpid():
            return engine
        self._engine = Engine(self._path, self._clock, self._synchronous)
        return self._engine
