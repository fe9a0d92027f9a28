"""Showing a worker's card to all, for as long as it runs."""

import asyncio
import logging
from datetime import timedelta
from typing import Final

from jobsys.application.card_writer import CardWriter
from jobsys.application.rounds import Rounds
from jobsys.ports.lifecycle import Component
from jobsys.ports.roster import Roster

log = logging.getLogger("jobsys.worker")

SHOWN_EVERY: Final = timedelta(seconds=5)
TAKEN_DOWN_WITHIN: Final = 1.0
"""Seconds that a stop waits for its card to go: a backend that is gone delays nothing more."""
NOT_READY_EVERY: Final = timedelta(seconds=1)
"""How often one is shown that could not claim: that it could again is to be seen soon."""


class CardShower(Component):
    """Shows a worker's card from before its start until after its stop.

    It does so in the event loop of the jobs: a card that grows old tells that the loop is blocked,
    or that the process stands still or is gone. While the backend does not take it, nothing but
    the card suffers, and a stop lasts a second longer at most.
    """

    def __init__(self, roster: Roster, writer: CardWriter) -> None:
        self._roster = roster
        self._writer = writer
        self._rounds = Rounds("jobsys-card", self._show, self._failed)

    async def start(self) -> None:
        """Shows the card from now on."""
        if not self._rounds.are_going:
            self._writer.begin()
            self._rounds.start()

    async def stop(self) -> None:
        """Takes the card down."""
        if not self._rounds.are_going:
            return
        await self._rounds.stop()
        try:
            async with asyncio.timeout(TAKEN_DOWN_WITHIN):
                await self._roster.take_down(self._writer.worker)
        except Exception as error:  # noqa: BLE001 (it is forgotten by itself)
            log.info("the card of worker %s stays: %r", self._writer.worker, error)

    async def _show(self) -> timedelta:
        card = self._writer.card()
        await self._roster.show(card)
        return SHOWN_EVERY if card.is_ready else NOT_READY_EVERY

    def _failed(self, error: Exception) -> timedelta:
        log.debug("the card of worker %s is not shown: %r", self._writer.worker, error)
        return NOT_READY_EVERY
