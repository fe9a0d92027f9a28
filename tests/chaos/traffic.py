"""Jobs that are submitted and done while something goes wrong."""

import asyncio
import logging
import random
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from jobsys import JobsysContainer, Settings, WorkerSettings
from jobsys.ports.errors import QueueUnavailable
from jobsys.testing.faults.ledger import Ledger
from tests.chaos.app import Moment, serve_moments

LEASE_FOR: Final = timedelta(seconds=2)
DRAINED_WITHIN: Final = 120.0
PASSING: Final = "is not available"
"""How the log speaks of a backend that is waited for."""


class Alarms(logging.Handler):
    """Keeps the lines of the log that ask for a human: errors that will not pass by themselves."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if PASSING not in (line := record.getMessage()):
            self.lines.append(line)

    def __enter__(self) -> Self:
        logging.getLogger("jobsys").addHandler(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        logging.getLogger("jobsys").removeHandler(self)


class Producer:
    """Submits jobs, each again until it is accepted; one that is not keyed gives up at an error."""

    def __init__(self, app: JobsysContainer, draw: random.Random, *, keyed: bool) -> None:
        self.service = app.job_service()
        self.accepted: list[str] = []
        self.errors = 0
        self._draw = draw
        self._keys = (f"job-{number}" if keyed else None for number in count(1))

    async def submit(
        self, number: int, seconds: float = 0, delay: timedelta | None = None
    ) -> list[str]:
        """Returns the ids of so many jobs, submitted one after the other within about so long."""
        ids: list[str] = []
        for _ in range(number):
            if job := await self._one(Moment(milliseconds=self._draw.randint(10, 80)), delay):
                ids.append(job)
            await asyncio.sleep(seconds / number)
        self.accepted += ids
        return ids

    async def _one(self, job: Moment, delay: timedelta | None) -> str | None:
        key = next(self._keys)
        while True:
            try:
                return await self.service.submit(job, key=key, delay=delay)
            except QueueUnavailable:
                self.errors += 1
                if key is None:
                    return None
                await asyncio.sleep(0.05)


class OutboxProducer(Producer):
    """Submits jobs in transactions of a database of its own, whatever the backend does meanwhile."""

    def __init__(self, app: JobsysContainer, draw: random.Random, file: Path) -> None:
        super().__init__(app, draw, keyed=True)
        self._file = file
        self._outbox = app.outbox()
        with closing(sqlite3.connect(file)) as database:
            database.execute("PRAGMA journal_mode = wal")
            self._outbox.create(database)

    async def _one(self, job: Moment, delay: timedelta | None) -> str | None:
        with closing(sqlite3.connect(self._file)) as database, database:
            return self._outbox.submit(database, job, key=next(self._keys), delay=delay)


@asynccontextmanager
async def working(url: str, slots: int, ledger: Ledger) -> AsyncIterator[JobsysContainer]:
    """Runs a worker of so many slots."""
    worker = WorkerSettings(concurrency=slots, lease_for=LEASE_FOR)
    made = JobsysContainer(Settings(backend=url, keep_last=1_000_000, worker=worker))
    serve_moments(made, ledger)
    async with made.lifecycle():
        yield made


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[JobsysContainer]:
    """Opens a backend without a worker."""
    made = JobsysContainer(
        Settings(backend=url, keep_last=1_000_000, worker=WorkerSettings(enabled=False))
    )
    async with made.lifecycle():
        yield made


async def drained(watcher: JobsysContainer) -> None:
    """Returns once every job has ended."""
    async with asyncio.timeout(DRAINED_WITHIN):
        while await left(watcher):  # noqa: ASYNC110 (in a backend)
            await asyncio.sleep(0.05)


async def emptied(watcher: JobsysContainer, outbox: Path) -> None:
    """Returns once every job of an outbox is the backend's for good, and has ended."""
    async with asyncio.timeout(DRAINED_WITHIN):
        while _rows_in(outbox) or await left(watcher):  # noqa: ASYNC110 (in another process)
            await asyncio.sleep(0.05)


def _rows_in(outbox: Path) -> int:
    with closing(sqlite3.connect(outbox)) as database:
        [number] = database.execute("SELECT count(*) FROM jobsys_outbox").fetchone()
        return int(number)


async def left(watcher: JobsysContainer) -> int:
    """Returns how many jobs have not ended."""
    counts = await watcher.job_service().counts()
    now = [standing for queue in counts.values() for standing in queue.now.items()]
    return sum(number for status, number in now if not status.is_final)
