"""One lane of a worker: a loop with one call to the queue in flight."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from jobsys.application.floor import Floor
from jobsys.application.loop_time import loop_time
from jobsys.application.ticker import Ticker
from jobsys.application.watchdog import Loop
from jobsys.domain.transition import Transition
from jobsys.ports.turn import Claim, Turn, TurnTicket

log = logging.getLogger("jobsys.worker")

LONGEST_PAUSE: Final = 1.0
"""In seconds: so short that jobs run again soon after the backend's return."""

LOOKED_AFTER: Final = timedelta(seconds=0.5)
"""How long after an end a tick learns when it is to be removed: nothing else may be left to do."""


class Lane(Loop):
    """Takes turns until the floor is drained; a turn that failed is repeated with its ticket."""

    def __init__(self, name: str, floor: Floor, ticker: Ticker) -> None:
        super().__init__()
        self._name = name
        self._floor = floor
        self._ticker = ticker
        self._turns = 0
        self._turn_at = 0.0
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Lets it look at once."""
        self._rung.set()

    async def run(self) -> None:
        """Settles and claims whenever there is something to settle or a slot to fill."""
        while True:
            self._rung.clear()
            settle, claim = self._floor.settler.take(), self._floor.claims()
            if settle or claim:
                await self._take_turn(settle, claim)
            elif self._floor.drained:
                self._floor.ring()  # another lane may have looked while this one was busy
                return
            else:
                self._floor.idle.set()
                await self._rung.wait()

    async def _take_turn(self, settle: Sequence[Transition], claim: Sequence[Claim]) -> None:
        try:
            turn = await self._turn(settle, claim)
        except BaseException:  # given up: whoever comes next makes it anew
            self._floor.take_back(settle, claim)
            raise
        self._ticker.expect(turn.next_at)
        if settle:
            self._ticker.expect_after(min([LOOKED_AFTER, *(t.due for t in settle if t.due)]))
        await self._taken_in(settle, claim, turn)

    async def _taken_in(
        self, settle: Sequence[Transition], claim: Sequence[Claim], turn: Turn
    ) -> None:
        try:
            await self._floor.take_in(settle, claim, turn, self._turn_at)
        except Exception:
            log.exception("what a turn answered was not taken in; leases that hang run out")

    async def _turn(self, settle: Sequence[Transition], claim: Sequence[Claim]) -> Turn:
        self._turns += 1
        ticket, pause = TurnTicket(self._name, self._turns), 0.05
        while True:
            self._turn_at = loop_time()
            try:
                turn = await self._answer(
                    self._floor.queue.turn(ticket, settle, claim, self._floor.options.lease_for)
                )
            except Exception as error:  # noqa: BLE001 (a lane that ended would strand its jobs)
                self._gave_up()
                self._floor.reach.failed(self._turn_at)
                log.warning("a turn failed, trying again: %r", error)
                await asyncio.sleep(pause * (0.5 + self._floor.options.draw()))
                pause = min(pause * 2, LONGEST_PAUSE)
            else:
                if not turn.failures or any(one.queue not in turn.failures for one in claim):
                    self._floor.reach.answered()
                elif claim:
                    self._floor.reach.failed(self._turn_at)
                for queue, failure in turn.failures.items():
                    log.error("queue %s: %s", queue, failure)
                return turn
