"""Telling endpoints of ends that nobody told them of."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from jobsys.application.rounds import Rounds
from jobsys.application.webhook_maker import WebhookMaker
from jobsys.domain.job_end import end_of
from jobsys.ports.clock import Clock
from jobsys.ports.job_inspector import JobInspector, JobQuery
from jobsys.ports.lifecycle import Component

log = logging.getLogger("jobsys.webhooks")

LOOK_EVERY: Final = timedelta(minutes=5)
FIRST_LOOK: Final = timedelta(hours=1)
"""How far back a process looks at its start."""
OVERLAP: Final = timedelta(minutes=1)
"""By how much later looks begin before the last one: clocks differ, and calls take their time."""
PAGE: Final = 200
MOST: Final = 10_000
"""How many ended jobs of a queue and status one look reads: those that are kept longest."""


class WebhookLookBack(Component):
    """Looks at the start, and every five minutes, for ended jobs of which nobody was told.

    A process may die, or lose its backend, between the end and the webhook.
    """

    def __init__(self, maker: WebhookMaker, inspector: JobInspector, clock: Clock) -> None:
        self._maker = maker
        self._inspector = inspector
        self._clock = clock
        self._since: datetime | None = None
        self._rounds = Rounds("jobsys-webhooks-back", self.look, _failed)

    async def start(self) -> None:
        """Looks from now on, if there is anybody to tell."""
        if self._maker.endpoints:
            self._rounds.start()

    async def stop(self) -> None:
        """Breaks off the look under way: the next process looks further back."""
        await self._rounds.stop()

    async def look(self) -> timedelta:
        """Has webhooks made for what ended since the last look, where there is none yet."""
        now = self._clock.now()
        since = self._since or now - FIRST_LOOK
        for query in self._queries():
            await self._tell(query, since)
        self._since = now - OVERLAP
        return LOOK_EVERY

    async def _tell(self, query: JobQuery, since: datetime) -> None:
        after, read = None, 0
        while read < MOST:
            page = await self._inspector.find(query, PAGE, after)
            recent = [r for r in page.records if r.ended_at is not None and r.ended_at >= since]
            await self._maker.make(self._maker.wanted(map(end_of, recent)))
            after, read = page.next, read + len(page.records)
            if after is None:
                return

    def _queries(self) -> Iterator[JobQuery]:
        """Yields what covers every endpoint's interest, each queue and status once."""
        interests = [endpoint.interest for endpoint in self._maker.endpoints]
        asked = {
            (status, queue)
            for interest in interests
            for status in interest.statuses
            for queue in interest.queues or (None,)
        }
        for status, queue in asked:
            if queue is None or (status, None) not in asked:
                yield JobQuery(status=status, queue=queue)


def _failed(error: Exception) -> timedelta:
    log.warning("webhooks of former ends cannot be made now: %r", error)
    return OVERLAP
