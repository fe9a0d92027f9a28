"""The application's side of the event bus: telling what has happened here, and listening."""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from time import monotonic
from typing import Final, TypeVar

from jobsys.domain.job_id import JobId
from jobsys.domain.notice import JobNotice, NoticeInterest, notice_of, notice_of_cancel
from jobsys.domain.status import JobStatus
from jobsys.domain.transition import Transition
from jobsys.ports.clock import Clock
from jobsys.ports.event_bus import EventBus
from jobsys.ports.job_inspector import JobInspector
from jobsys.ports.lifecycle import Component
from jobsys.ports.subscription import Subscription

Item = TypeVar("Item", JobNotice, JobId)

log = logging.getLogger("jobsys.events")

BATCH: Final = 500
MOST_WAITING: Final = 10_000
UNHEARD_FOR: Final = 1.0
"""Seconds for which nothing more is told once nobody has listened."""
LAST_WORDS: Final = 1.0
"""Seconds that the last notices may take at the stop."""


class Announcer(Component):
    """Publishes what it is told in the background, in batches; drops the oldest beyond a bound.

    Once a publish has reached nobody it looks again a second later, when there is something to
    tell: until then telling it something costs a look at the clock.
    """

    def __init__(self, bus: EventBus, inspector: JobInspector, clock: Clock) -> None:
        self.dropped = 0
        self._bus = bus
        self._inspector = inspector
        self._clock = clock
        self._notices: deque[JobNotice] = deque(maxlen=MOST_WAITING)
        self._cancelled: deque[JobId] = deque(maxlen=MOST_WAITING)
        self._silent_until = float("inf")
        self._listening_here = 0
        self._rung = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        if self._task is None:
            self._silent_until, self._rung = 0, asyncio.Event()
            self._task = asyncio.create_task(self._run(), name="jobsys-announcer")

    async def stop(self) -> None:
        """Publishes what it was told, for a second at most."""
        task, self._task = self._task, None
        if task is not None:
            self._silent_until = float("inf")
            self._rung.set()
            await asyncio.wait([task], timeout=LAST_WORDS)
            task.cancel()
            await asyncio.wait([task])

    def announce(self, transitions: Sequence[Transition]) -> None:
        """Tells of transitions that were applied, if anybody listens."""
        if transitions and monotonic() >= self._silent_until:
            now = self._clock.now()
            self._keep(self._notices, [notice_of(transition, now) for transition in transitions])

    def announce_cancelled(self, job_id: JobId) -> None:
        """Tells of a job that was cancelled while it waited, if anybody listens."""
        if monotonic() >= self._silent_until:
            self._keep(self._cancelled, [job_id])

    @asynccontextmanager
    async def listen(self, interest: NoticeInterest) -> AsyncGenerator[Subscription]:
        """Listens to what any process tells; what happens here is told from now on at once."""
        async with self._bus.subscribe(interest) as subscription:
            self._listening_here += 1
            if self._task is not None:
                self._silent_until = 0
            try:
                yield subscription
            finally:
                self._listening_here -= 1

    def _keep(self, waiting: deque[Item], items: Sequence[Item]) -> None:
        self.dropped += max(len(waiting) + len(items) - MOST_WAITING, 0)
        waiting.extend(items)
        self._rung.set()

    async def _run(self) -> None:
        while self._task is not None or self._notices or self._cancelled:
            if not self._notices and not self._cancelled:
                self._rung.clear()
                await self._rung.wait()
            try:
                if self._cancelled:
                    self._keep(self._notices, await self._cancels())
                if self._notices and not await self._is_heard() and not self._listening_here:
                    self._silent_until = max(self._silent_until, monotonic() + UNHEARD_FOR)
                    self._notices.clear()
            except Exception as error:  # noqa: BLE001 (whatever it is, the next ones may get through)
                log.warning("what happened here is not told: %r", error)

    async def _cancels(self) -> Sequence[JobNotice]:
        ids = list(self._cancelled)
        self._cancelled.clear()
        records = await self._inspector.get(ids)
        return [notice_of_cancel(r) for r in records.values() if r.status is JobStatus.CANCELLED]

    async def _is_heard(self) -> bool:
        """Publishes a batch, and says whether anybody listens."""
        batch = [self._notices.popleft() for _ in range(min(BATCH, len(self._notices)))]
        return await self._bus.publish(batch)
