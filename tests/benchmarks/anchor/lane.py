"""The loop of the anchor."""

import asyncio
from typing import Final

from tests.benchmarks.anchor.payload import Payload
from tests.benchmarks.anchor.store import Job, Store
from tests.benchmarks.peers import common

HANDLERS: Final = {b"noop": common.noop_async, b"sleep": common.sleep_async}
LONGEST_DELAY: Final = 0.005
"""Seconds that an outcome waits for others at most."""


class Lane:
    """One lane of a worker: up to `width` jobs at once, claimed in batches."""

    def __init__(self, store: Store, name: str, width: int, batch: int) -> None:
        self._store, self._name = store, name
        self._width, self._batch = width, min(batch, width)
        self._running: set[asyncio.Task[None]] = set()
        self._done: list[bytes] = []
        self._enough = asyncio.Event()

    async def run(self) -> None:
        """Runs jobs until it is cancelled."""
        while True:
            done, self._done = self._done, []
            free = min(self._batch, self._width - len(self._running))
            jobs = await self._store.turn(self._name, done, free)
            for job in jobs:
                task = asyncio.create_task(self._run(job))
                self._running.add(task)
                task.add_done_callback(self._running.discard)
            await asyncio.sleep(0)
            if len(jobs) < free or len(self._running) >= self._width:
                await self._rest()

    async def _rest(self) -> None:
        """Waits for outcomes or, when there is nothing else to do, for jobs."""
        if self._done:
            return
        if not self._running:
            await self._store.wait()
            return
        self._enough.clear()
        try:
            async with asyncio.timeout(LONGEST_DELAY):
                await self._enough.wait()
        except TimeoutError:
            pass

    async def _run(self, job: Job) -> None:
        key, kind, payload = job
        try:
            await HANDLERS[kind](Payload.model_validate_json(payload).__dict__)
        finally:
            self._done.append(key)
            if len(self._done) >= self._batch or len(self._running) <= 1:
                self._enough.set()
