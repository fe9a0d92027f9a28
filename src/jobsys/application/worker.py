"""The worker: lanes that claim and settle, and a look-out for work when there is none."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import count
from typing import Final

from jobsys.application.floor import Floor
from jobsys.application.lane import Lane
from jobsys.application.ticker import Ticker
from jobsys.ports.lifecycle import Component

log = logging.getLogger("jobsys.worker")

LONGEST_WAIT: Final = timedelta(seconds=5)
"""How long an idle worker trusts its wake-ups before it looks by itself."""

WITHOUT_ROOM: Final = timedelta(seconds=0.2)
"""How long it does so while a queue is at its bound: it may have room, and work, any moment."""

LAST_TURNS: Final = timedelta(seconds=5)
"""How long the last ends may take to reach the backend once every job has stopped."""


class Worker(Component):
    """Runs jobs from start to stop.

    While one lane's call is under way, the jobs that another has brought run.
    """

    def __init__(self, floor: Floor, ticker: Ticker, queues: Callable[[], Sequence[str]]) -> None:
        self._floor = floor
        self._ticker = ticker
        self._queues = queues
        self._lanes: list[Lane] = []
        self._numbers = count()
        self._tasks: list[asyncio.Task[None]] = []
        self._look_out: asyncio.Task[None] | None = None

    async def start(self) -> None:
        if self._tasks:
            return
        floor = self._floor
        floor.open(self._queues(), self._ring)
        await floor.pool.start(self._ring)
        # A backend remembers how far each lane had counted: each start has lanes of its own.
        name, numbers = floor.worker, range(floor.options.lanes)
        self._lanes = [Lane(f"{name}.{next(self._numbers)}", floor, self._ticker) for _ in numbers]
        self._tasks = [asyncio.create_task(lane.run()) for lane in self._lanes]
        self._look_out = asyncio.create_task(self._look())
        log.info("worker %s serves %s", name, ", ".join(floor.plan.queues))

    async def stop(self) -> None:
        """Claims nothing more, lets running jobs end for the grace, and gives the others back."""
        if self._look_out is None:
            return
        self._floor.draining = True
        self._ring()
        self._look_out.cancel()
        await asyncio.wait([self._look_out])
        self._floor.settler.add(await self._floor.pool.stop(self._floor.options.grace))
        self._ring()
        _, late = await asyncio.wait(self._tasks, timeout=LAST_TURNS.total_seconds())
        for task in late:
            log.error("a lane is left behind: its last ends did not reach the backend")
            task.cancel()
        if late:
            await asyncio.wait(late, timeout=LAST_TURNS.total_seconds())
        self._tasks, self._look_out = [], None

    def _ring(self) -> None:
        for lane in self._lanes:
            lane.rung.set()
        self._floor.idle.set()

    async def _look(self) -> None:
        """Waits for work whenever slots are free and none is known.

        A client may swallow a cancel that comes as its answer does: the loop ends by itself, too.
        """
        plan = self._floor.plan
        while not self._floor.draining:
            self._floor.idle.clear()
            if not self._floor.hungry:
                await self._floor.idle.wait()
                continue
            asked = plan.with_room
            patience = LONGEST_WAIT if len(asked) == len(plan.queues) else WITHOUT_ROOM
            try:
                woken = await self._floor.queue.wait(asked, patience)
            except Exception as error:  # noqa: BLE001 (it looks by itself instead)
                log.warning("cannot wait for work: %r", error)
                await asyncio.sleep(1)
                woken = ()
            plan.woken(woken or asked)
            self._ring()
