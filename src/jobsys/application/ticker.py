"""What time asks for: jobs that are due, and leases whose holders are gone."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from jobsys.application.reporter import Reporter
from jobsys.application.worker_name import new_worker_name
from jobsys.domain.attempt_error import AttemptError
from jobsys.domain.lease import Lease
from jobsys.domain.transition import Transition
from jobsys.ports.clock import Clock
from jobsys.ports.errors import QueueGone
from jobsys.ports.job_queue import JobQueue
from jobsys.ports.lifecycle import Component
from jobsys.ports.turn import Refusal, TurnTicket

log = logging.getLogger("jobsys.ticker")

BATCH: Final = 500
QUIET: Final = timedelta(seconds=5)
TAKEOVER_FOR: Final = timedelta(seconds=1)
"""How long a lease that was taken over is held until it is settled: a ticker may die as well."""
SOONEST: Final = 0.01


@dataclass(frozen=True, slots=True)
class TickerOptions:
    """For how long a ticker takes leases over, and how often it looks."""

    lease_for: timedelta
    crash_limit: int
    interval: timedelta = timedelta(seconds=0.5)


class Ticker(Component):
    """Promotes due jobs, removes what has been kept long enough, and frees jobs of dead workers.

    Any number may run; none leads. It ticks every `interval` while something is leased or delayed,
    else every five seconds, at least twice a lease, and at once when `expect` says that something
    is due.
    """

    def __init__(
        self,
        queue: JobQueue,
        clock: Clock,
        queues: Callable[[], Sequence[str]],
        options: TickerOptions,
        reporter: Reporter,
    ) -> None:
        self._queue = queue
        self._clock = clock
        self._served = queues
        self._options = options
        self._reporter = reporter
        self._queues: Sequence[str] = ()
        self._calls = 0
        self._lane = f"{new_worker_name()}.t"
        self._unsettled: list[Transition] = []
        self._expected: datetime | None = None
        self._alarm: asyncio.TimerHandle | None = None
        self._rung = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._gone: asyncio.Future[QueueGone] | None = None

    async def start(self) -> None:
        if self._task is None:
            self._gone = asyncio.get_running_loop().create_future()
            self._queues, self._expected = self._served(), None
            self._lane, self._calls = f"{new_worker_name()}.t", 0
            self._rung = asyncio.Event()
            self._task = asyncio.create_task(self._run(), name="jobsys-ticker")

    async def stop(self) -> None:
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])

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
            self._alarm = asyncio.get_running_loop().call_later(wait, self._rung.set)

    def expect_after(self, pause: timedelta | None) -> None:
        """Ticks no later than after this pause."""
        if pause is not None:
            self.expect(self._clock.now() + pause)

    async def tick(self) -> timedelta:
        """Does now what is due, and returns how long nothing more will be."""
        self._queues = self._queues or self._served()
        self._expected = None  # what is expected while the call is under way stays so
        tick = await self._queue.tick(self._queues, BATCH)
        if tick.leased or self._unsettled:
            await self._free_expired()
        if tick.next_at is not None and tick.next_at > self._clock.now():
            self.expect(tick.next_at)  # one that is due already waits for the backend's clock
        if max(tick.promoted, tick.removed) >= BATCH:
            return timedelta(0)
        pause = self._options.interval if tick.leased or tick.next_at else QUIET
        return min(pause, self._options.lease_for / 2)

    async def _run(self) -> None:
        while self._task is not None:  # a client may swallow the cancel of a stop
            self._rung.clear()
            try:
                pause = await self.tick()
            except QueueGone as error:
                log.critical("%s", error)
                pause = self._options.interval
                if self._gone is not None and not self._gone.done():
                    self._gone.set_result(error)
            except Exception as error:  # noqa: BLE001 (time goes on)
                log.warning("no tick: %r", error)
                pause = self._options.interval
            with suppress(TimeoutError):
                async with asyncio.timeout(pause.total_seconds()):
                    await self._rung.wait()

    async def _free_expired(self) -> None:
        """Takes expired leases over and settles them; what could not be settled is kept for later."""
        leases = await self._queue.reclaim(self._ticket(), self._queues, BATCH, TAKEOVER_FOR)
        for lease in leases:
            log.warning("job %s lost its worker and is freed", lease.record.id)
            self._unsettled.append(lease.expired(self._options.crash_limit, self._remember(lease)))
        if not self._unsettled:
            return
        asked = self._unsettled
        turn = await self._queue.turn(self._ticket(), asked, (), self._options.lease_for)
        for queue, failure in turn.failures.items():
            log.error("queue %s: jobs of dead workers are not freed yet: %s", queue, failure)
        self._unsettled = [
            transition.despite_cancel()
            for index, transition in enumerate(asked)
            if turn.refused.get(index) is Refusal.CANCELLING
        ]
        self._reporter.settled(turn.applied(asked))

    def _ticket(self) -> TurnTicket:
        self._calls += 1
        return TurnTicket(self._lane, self._calls)

    def _remember(self, lease: Lease) -> AttemptError:
        return AttemptError(
            attempt=lease.record.attempts + 1,
            at=self._clock.now(),
            code="WORKER_LOST",
            type="WorkerLost",
            message="the worker died, or did not renew its lease in time",
        )
