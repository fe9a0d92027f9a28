"""The worker: lanes that claim and settle, and a look-out for work when there is none."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from itertools import count
from typing import Final

from jobsys.application.floor import Floor
from jobsys.application.lane import Lane
from jobsys.application.look_out import LookOut
from jobsys.application.ticker import Ticker
from jobsys.application.watchdog import Loop, Watchdog
from jobsys.ports.lifecycle import Component
from jobsys.ports.worker_pool import PoolStats

log = logging.getLogger("jobsys.worker")

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
        self._lanes: list[Watchdog] = []
        self._sentry = Watchdog(self._new_sentry)
        self._numbers = count()
        self._tasks: list[asyncio.Task[None]] = []
        self._look_out: asyncio.Task[None] | None = None

    async def start(self) -> None:
        if self._tasks:
            return
        floor = self._floor
        floor.open(self._queues(), self._ring)
        await floor.pool.start(self._ring)
        self._lanes = [Watchdog(self._new_lane) for _ in range(floor.options.lanes)]
        self._sentry = Watchdog(self._new_sentry)
        self._tasks = [asyncio.create_task(lane.run()) for lane in self._lanes]
        self._look_out = asyncio.create_task(self._sentry.run())
        log.info("worker %s serves %s", floor.worker, ", ".join(floor.plan.queues))

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
        await asyncio.wait(self._tasks, timeout=LAST_TURNS.total_seconds())
        late = [task for task in self._tasks if not task.done()]
        for task in late:
            log.error("a lane is left behind: its last ends did not reach the backend")
            task.cancel()
        if late:
            await asyncio.wait(late, timeout=LAST_TURNS.total_seconds())
        self._tasks, self._look_out = [], None
        self._floor.close()

    @property
    def name(self) -> str:
        """What it is called in leases and records; drawn at each start."""
        return self._floor.worker

    @property
    def queues(self) -> Sequence[str]:
        """The queues that it serves."""
        return self._queues()

    @property
    def bounds(self) -> Mapping[str, int]:
        """The most jobs of a queue that it runs at once, where there is such a bound."""
        return self._floor.options.bounds

    @property
    def lease_for(self) -> timedelta:
        """How long after its death a job of it is free again at the latest."""
        return self._floor.options.lease_for

    def stats(self) -> PoolStats:
        """Returns how many slots there are, and how many are busy."""
        return self._floor.pool.stats()

    @property
    def is_ready(self) -> bool:
        """True while it runs, could claim now, and keeps leases.

        It could not while a loop of its was broken off or hangs, nor once its calls to the backend
        have gone wrong for two seconds, until one is answered: a blip is no reason to say so. A
        worker that is idle finds out within some eight seconds, by its next look for work.
        """
        running = self._look_out is not None and not self._floor.draining
        loops = (self._sentry, *self._lanes)
        can_claim = not self._floor.reach.is_lost and all(loop.is_content for loop in loops)
        return running and self._floor.keeps_leases and can_claim

    def _new_lane(self) -> Loop:
        # A backend remembers how far each lane had counted: no two have the same name.
        return Lane(f"{self._floor.worker}.{next(self._numbers)}", self._floor, self._ticker)

    def _new_sentry(self) -> Loop:
        return LookOut(self._floor)

    def _ring(self) -> None:
        for watchdog in (self._sentry, *self._lanes):
            watchdog.loop.ring()
