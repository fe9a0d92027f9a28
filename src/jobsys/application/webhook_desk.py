"""Telling endpoints of the ends that this process settles."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from jobsys.application.loop_time import pauses_from
from jobsys.application.reporter import Reporter
from jobsys.application.webhook_maker import Telling, WebhookMaker
from jobsys.domain.job_end import JobEnd, end_by, end_of
from jobsys.domain.job_id import JobId
from jobsys.domain.status import JobStatus
from jobsys.domain.transition import Transition
from jobsys.ports.clock import Clock
from jobsys.ports.job_inspector import JobInspector
from jobsys.ports.lifecycle import Component

log = logging.getLogger("jobsys.webhooks")

BATCH: Final = 100
MOST_WAITING: Final = 10_000
LONGEST_PAUSE: Final = 1.0
LAST_WORDS: Final = 5.0
"""Seconds that the last webhooks may take at the stop to be made."""


class WebhookDesk(Component):
    """Has a webhook made for each end that an endpoint wants, right after it was settled.

    It costs nothing where there is no endpoint. What it could not have made before the process ends
    is lost to it: a `WebhookLookBack` makes up for that.
    """

    def __init__(
        self, maker: WebhookMaker, inspector: JobInspector, reporter: Reporter, clock: Clock
    ) -> None:
        self._maker = maker
        self._inspector = inspector
        self._reporter = reporter
        self._clock = clock
        self._waiting: deque[Telling] = deque()
        self._cancelled: deque[JobId] = deque()
        self._rung = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._is_open = False

    async def start(self) -> None:
        """Is told of ends from now on, if there is anybody to tell."""
        if self._maker.endpoints and self._task is None:
            self._is_open, self._rung = True, asyncio.Event()
            self._task = asyncio.create_task(self._run(), name="jobsys-webhooks")
            self._reporter.tell(self._note)

    async def stop(self) -> None:
        """Has those made that wait, for some seconds at most."""
        task, self._task, self._is_open = self._task, None, False
        if task is not None:
            self._rung.set()
            await asyncio.wait([task], timeout=LAST_WORDS)
            task.cancel()
            await asyncio.wait([task])

    def note_cancelled(self, job_id: JobId) -> None:
        """Takes note of a job that was cancelled while it waited."""
        if self._is_open and len(self._cancelled) < MOST_WAITING:
            self._cancelled.append(job_id)
            self._rung.set()

    def _note(self, ended: Sequence[Transition]) -> None:
        if self._is_open:
            now = self._clock.now()
            self._keep([end_by(end, now) for end in ended if end.target.is_final])

    def _keep(self, ends: Sequence[JobEnd]) -> None:
        tellings = self._maker.wanted(ends)
        room = MOST_WAITING - len(self._waiting)
        if len(tellings) > room:
            log.error("%d webhooks are put off: too many wait to be made", len(tellings) - room)
        self._waiting.extend(tellings[: max(room, 0)])
        self._rung.set()

    async def _run(self) -> None:
        while self._is_open or self._waiting or self._cancelled:
            if not self._waiting and not self._cancelled:
                self._rung.clear()
                await self._rung.wait()
            await self._until_done(self._look_up)
            await self._until_done(self._make_some)

    async def _look_up(self) -> None:
        """Makes ends of cancels; those that somebody undid meanwhile are none."""
        ids = list(self._cancelled)[:BATCH]
        if not ids:
            return
        records = await self._inspector.get(ids)
        self._keep([end_of(r) for r in records.values() if r.status is JobStatus.CANCELLED])
        for _ in ids:
            self._cancelled.popleft()

    async def _make_some(self) -> None:
        batch = list(self._waiting)[:BATCH]
        await self._maker.make(batch)
        for _ in batch:
            self._waiting.popleft()

    async def _until_done(self, step: Callable[[], Awaitable[None]]) -> None:
        pauses = pauses_from(0.05)
        while True:
            try:
                return await step()
            except Exception as error:  # noqa: BLE001 (whatever it is, the next try may get through)
                log.warning("webhooks cannot be made now: %r", error)
                await asyncio.sleep(min(next(pauses), LONGEST_PAUSE))
