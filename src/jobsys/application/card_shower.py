"""Showing a worker's card to all, for as long as it runs."""

import asyncio
import logging
import os
import socket
from datetime import datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from jobsys.application.handlers import HandlerRegistry
from jobsys.application.pace import Pace
from jobsys.application.rounds import Rounds
from jobsys.application.worker import Worker
from jobsys.domain.worker_card import WorkerCard
from jobsys.ports.clock import Clock
from jobsys.ports.lifecycle import Component
from jobsys.ports.roster import Roster

log = logging.getLogger("jobsys.worker")

SHOWN_EVERY: Final = timedelta(seconds=5)
TAKEN_DOWN_WITHIN: Final = 1.0
"""Seconds that a stop waits for its card to go: a backend that is gone delays nothing more."""
NOT_READY_EVERY: Final = timedelta(seconds=1)
"""How often one is shown that could not claim: that it could again is to be seen soon."""


def _release() -> str:
    try:
        return version("jobsys")
    except PackageNotFoundError:  # the source alone
        return "unknown"


RELEASE: Final = _release()


class CardShower(Component):
    """Shows a worker's card from before its start until after its stop.

    It does so in the event loop of the jobs: a card that grows old tells that the loop is blocked,
    or that the process stands still or is gone. While the backend does not take it, nothing but
    the card suffers, and a stop lasts a second longer at most.
    """

    def __init__(
        self,
        roster: Roster,
        worker: Worker,
        handlers: HandlerRegistry,
        pace: Pace,
        clock: Clock,
    ) -> None:
        self._roster = roster
        self._worker = worker
        self._handlers = handlers
        self._pace = pace
        self._clock = clock
        self._started_at: datetime | None = None
        self._rounds = Rounds("jobsys-card", self._show, self._failed)

    async def start(self) -> None:
        """Shows the card from now on."""
        if self._started_at is None:
            self._started_at = self._clock.now()
            self._pace.begin()
            self._rounds.start()

    async def stop(self) -> None:
        """Takes the card down."""
        if self._started_at is None:
            return
        self._started_at = None
        await self._rounds.stop()
        try:
            async with asyncio.timeout(TAKEN_DOWN_WITHIN):
                await self._roster.take_down(self._worker.name)
        except Exception as error:  # noqa: BLE001 (it is forgotten by itself)
            log.info("the card of worker %s stays: %r", self._worker.name, error)

    async def _show(self) -> timedelta:
        card = self._card()
        await self._roster.show(card)
        return SHOWN_EVERY if card.is_ready else NOT_READY_EVERY

    def _failed(self, error: Exception) -> timedelta:
        log.debug("the card of worker %s is not shown: %r", self._worker.name, error)
        return NOT_READY_EVERY

    def _card(self) -> WorkerCard:
        stats = self._worker.stats()
        self._pace.look()
        return WorkerCard(
            worker=self._worker.name,
            host=socket.gethostname(),
            pid=os.getpid(),
            started_at=self._started_at or self._clock.now(),
            release=RELEASE,
            queues=list(self._worker.queues),
            types=self._handlers.types(),
            slots=stats.total_workers,
            active=stats.active_jobs,
            rate=self._pace.rate,
            is_ready=self._worker.is_ready,
            bounds=self._worker.bounds,
            seconds=self._pace.seconds,
        )
