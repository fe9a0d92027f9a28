"""What time asks for: jobs that are due, and leases whose holders are gone."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from jobsys.application.loop_time import loop_time
from jobsys.application.recovery import BATCH, Recovery
from jobsys.application.rounds import Rounds
from jobsys.ports.clock import Clock
from jobsys.ports.errors import QueueGone
from jobsys.ports.job_queue import JobQueue
from jobsys.ports.lifecycle import Component

log = logging.getLogger("jobsys.ticker")

QUIET: Final = timedelta(seconds=5)
LINGERS: Final = 60.0
"""Seconds for which a ticker goes on as if something was leased: the next lease may be held by a
worker that dies at once, and nothing would tell."""
SOONEST: Final = 0.01


@dataclass(frozen=True, slots=True)
class TickerOptions:
    """How long leases last, and how often a ticker looks while there are any."""

    lease_for: timedelta
    interval: timedelta = timedelta(seconds=0.5)


class Ticker(Component):
    """Promotes due jobs, removes what has been kept long enough, and frees jobs of dead workers.

    Any number may run; none leads. It ticks every `interval` while something is leased or delayed,
    within a minute of its start and of the last lease; else every five seconds, at least twice a
    lease; and at once when `expect` says that something is due.
    """

    def __init__(
        self,
        queue: JobQueue,
        clock: Clock,
        queues: Callable[[], Sequence[str]],
        options: TickerOptions,
        recovery: Recovery,
    ) -> None:
        self._queue = queue
        self._clock = clock
        self._served = queues
        self._options = options
        self._recovery = recovery
        self._queues: Sequence[str] = ()
        self._lingers_until = 0.0
        self._expected: datetime | None = None
        self._alarm: asyncio.TimerHandle | None = None
        self._rounds = Rounds("jobsys-ticker", self.tick, self._failed)
        self._gone: asyncio.Future[QueueGone] | None = None

    async def start(self) -> None:
        if not self._rounds.are_going:
            self._gone = asyncio.get_running_loop().create_future()
            self._queues, self._expected = self._served(), None
            self._recovery.begin()
            self._lingers_until = loop_time() + LINGERS
            self._rounds.start()

    async def stop(self) -> None:
        await self._rounds.stop()

    async def until_gone(self) -> QueueGone:
        """Returns why nothing can go on here, once what the queue is kept in is gone."""
        if self._gone is None:
            raise RuntimeError("the ticker has not started")
        return await asyncio.shield(self._gone)

    def expect(self, at: datetime | None) -> None:
        """Ticks no later than at this instant of the backend's clock."""
        if at is not None and (self._expected is None or at < self._expected):
            self._expected = at
            # Never at once: the backend's clock may be behind this host's, and would be asked again
            # and again until it is there.
            wait = max((at - self._clock.now()).total_seconds(), SOONEST)
            if self._alarm is not None:
                self._alarm.cancel()
            self._alarm = asyncio.get_running_loop().call_later(wait, self._rounds.ring)

    def expect_after(self, pause: timedelta | None) -> None:
        """Ticks no later than after this pause."""
        if pause is not None:
            self.expect(self._clock.now() + pause)

    async def tick(self) -> timedelta:
        """Does now what is due, and returns how long nothing more will be."""
        self._queues = self._queues or self._served()
        self._expected = None  # what is expected while the call is under way stays so
        tick = await self._queue.tick(self._queues, BATCH)
        await self._recovery.free(self._queues, leased=tick.leased > 0)
        if tick.next_at is not None and tick.next_at > self._clock.now():
            self.expect(tick.next_at)  # one that is due already waits for the backend's clock
        if max(tick.promoted, tick.removed) >= BATCH:
            return timedelta(0)
        if tick.leased:
            self._lingers_until = loop_time() + LINGERS
        is_busy = tick.next_at or loop_time() < self._lingers_until
        pause = self._options.interval if is_busy else QUIET
        return min(pause, self._options.lease_for / 2)

    def _failed(self, error: Exception) -> timedelta:
        if isinstance(error, QueueGone):
            log.critical("%s", error)
            if self._gone is not None and not self._gone.done():
                self._gone.set_result(error)
        else:
            log.warning("no tick: %r", error)
        return self._options.interval
