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
from jobsys.ports.job_queue import JobQueue, Tick
from jobsys.ports.lifecycle import Component

log = logging.getLogger("jobsys.ticker")

QUIET: Final = timedelta(seconds=5)
"""How often a ticker looks that is alone, and how often at most for ended jobs alone."""
SOONEST: Final = 0.01
RARELY: Final = timedelta(hours=1)
"""How long nothing is done at most: a job that was cancelled meanwhile may have to be removed."""
RARELY_IN_COMPANY: Final = timedelta(minutes=1)
"""The same while others are known, who may have died or left since."""


@dataclass(frozen=True, slots=True)
class TickerOptions:
    """How long leases last, and how often a ticker looks while there may be any."""

    lease_for: timedelta
    interval: timedelta = timedelta(seconds=0.5)


class Ticker(Component):
    """Promotes due jobs, removes what has been kept long enough, and frees jobs of dead workers.

    Any number may run; none leads. It ticks every `interval` while something is leased, and when
    something is due, or is to be removed. Else it only looks whether there are jobs that have not
    ended, and ticks if there are: every `interval` where other workers might die, every five
    seconds where there are none, and at least twice a lease.
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
        self._tick_at = 0.0
        self._ahead = timedelta(0)
        self._expected: datetime | None = None
        self._alarm: asyncio.TimerHandle | None = None
        self._rounds = Rounds("jobsys-ticker", self.look, self._failed)
        self._gone: asyncio.Future[QueueGone] | None = None

    async def start(self) -> None:
        if not self._rounds.are_going:
            self._gone = asyncio.get_running_loop().create_future()
            self._queues, self._expected, self._tick_at = self._served(), None, 0.0
            self._recovery.begin()
            self._rounds.start()

    async def stop(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
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
            wait = max((at - self._backend_now()).total_seconds(), SOONEST)
            if self._alarm is not None:
                self._alarm.cancel()
            self._alarm = asyncio.get_running_loop().call_later(wait, self._ring)

    def expect_after(self, pause: timedelta) -> None:
        """Ticks no later than after this pause."""
        self.expect(self._backend_now() + pause)

    async def look(self) -> timedelta:
        """Ticks if there may be something to do, and returns after how long to look again."""
        if loop_time() >= self._tick_at or await self._queue.has_work(self._queues):
            return await self.tick()
        return self._pause()

    async def tick(self) -> timedelta:
        """Does now what time asks for, and returns after how long to look again."""
        self._queues = self._queues or self._served()
        self._expected = None  # what is expected while the call is under way stays so
        tick = await self._queue.tick(self._queues, BATCH)
        if tick.now is not None:
            self._ahead = self._clock.now() - tick.now
        is_done = max(tick.promoted, tick.removed) < BATCH
        self._tick_at = loop_time() + self._idle_for(tick).total_seconds() if is_done else 0.0
        self.expect(tick.next_at)
        await self._recovery.free(self._queues, leased=tick.leased > 0)
        if not is_done:
            return timedelta(0)
        return self._pause(is_busy=tick.leased > 0)

    def _idle_for(self, tick: Tick) -> timedelta:
        """Returns for how long there will be nothing to do while every job has ended."""
        longest = RARELY_IN_COMPANY if self._recovery.in_company else RARELY
        if tick.over_at is None:
            return longest
        return min(max(tick.over_at - self._backend_now(), QUIET), longest)

    def _pause(self, *, is_busy: bool = False) -> timedelta:
        often = is_busy or self._recovery.in_company
        return min(self._options.interval if often else QUIET, self._options.lease_for / 2)

    def _ring(self) -> None:
        self._tick_at, self._expected = 0.0, None
        self._rounds.ring()

    def _backend_now(self) -> datetime:
        """Returns what the backend's clock says by now, as far as the last tick told."""
        return self._clock.now() - self._ahead

    def _failed(self, error: Exception) -> timedelta:
        if isinstance(error, QueueGone):
            log.critical("%s", error)
            if self._gone is not None and not self._gone.done():
                self._gone.set_result(error)
        else:
            log.warning("no tick: %r", error)
        return self._options.interval
