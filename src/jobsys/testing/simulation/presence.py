"""Who is there in a simulation: deaths are seen, most of them, and some who live are missed."""

import asyncio
from collections.abc import AsyncGenerator, Collection
from contextlib import asynccontextmanager
from random import Random
from typing import Final

from jobsys.ports.presence import Presence
from jobsys.testing.simulation.process import Process

SHOWN: Final = 0.75
"""Which part of the workers the backend takes notice of; of the others the leases decide."""

Roll = dict[str, Process]
"""The workers that showed themselves, and whose they are."""


class SimulatedPresence(Presence):
    """What one process sees of the roll that all of them share."""

    def __init__(self, roll: Roll, process: Process, chance: Random) -> None:
        self._roll = roll
        self._process = process
        self._chance = chance

    @asynccontextmanager
    async def present(self, worker: str) -> AsyncGenerator[None]:
        """Puts a worker on the roll, unless it goes unnoticed."""
        if self._chance.random() < SHOWN:
            self._roll[worker] = self._process
        try:
            yield
        finally:
            self._roll.pop(worker, None)

    async def gone(self) -> Collection[str]:
        """Returns the workers of processes that are dead, or missed for now."""
        now = asyncio.get_running_loop().time()
        return [
            worker
            for worker, process in self._roll.items()
            if process.is_dead or process.missed_until > now
        ]

    async def known(self) -> int:
        """Returns how many workers are on the roll."""
        return len(self._roll)

    async def forget(self, workers: Collection[str]) -> None:
        """Takes the dead off the roll; whoever lives is missed no more."""
        for worker in workers:
            process = self._roll.get(worker)
            if process is not None and process.is_dead:
                del self._roll[worker]
            elif process is not None:
                process.missed_until = 0.0
