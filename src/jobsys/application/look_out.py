"""Looking out for work while a worker has none."""

import asyncio
import logging
from datetime import timedelta
from typing import Final

from jobsys.application.floor import Floor
from jobsys.application.watchdog import Loop

log = logging.getLogger("jobsys.worker")

LONGEST_WAIT: Final = timedelta(seconds=5)
"""How long an idle worker waits in one call: whether jobs lie there of which nobody was told is
the ticker's to look at, and it wakes whoever is idle."""

WITHOUT_ROOM: Final = timedelta(seconds=0.2)
"""How long it does so while a queue is at its bound: it may have room, and work, any moment."""


class LookOut(Loop):
    """Waits for work whenever slots are free and none is known."""

    def __init__(self, floor: Floor) -> None:
        super().__init__()
        self._floor = floor

    def ring(self) -> None:
        """Lets it look at once."""
        self._floor.idle.set()

    async def run(self) -> None:
        """Ends by itself, too: a client may swallow a cancel that comes as its answer does."""
        while not self._floor.draining:
            self._floor.idle.clear()
            if self._floor.hungry:
                await self._wait()
            else:
                await self._floor.idle.wait()

    async def _wait(self) -> None:
        plan = self._floor.plan
        asked = plan.with_room
        patience = LONGEST_WAIT if len(asked) == len(plan.queues) else WITHOUT_ROOM
        try:
            woken = await self._answer(self._floor.queue.wait(asked, patience))
        except Exception as error:  # noqa: BLE001 (it looks by itself instead)
            log.warning("cannot wait for work: %r", error)
            await asyncio.sleep(1)
            self._gave_up()
            woken = asked
        plan.woken(woken)
        self._floor.ring()
