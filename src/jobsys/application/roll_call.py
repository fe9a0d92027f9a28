"""Which workers have died, each named until its jobs are freed."""

import logging
from collections.abc import Callable, Collection
from datetime import timedelta

from jobsys.application.loop_time import loop_time
from jobsys.ports.presence import Presence

log = logging.getLogger("jobsys.recovery")


class RollCall:
    """Names each dead worker until it is told that its jobs are freed.

    The backend forgets it a lease later: by then whatever another process had to free of it has
    been freed, or its leases have run out. The worker that is `here` is never among them.
    `in_company` tells whether others were there at the last call.
    """

    def __init__(self, presence: Presence, lease_for: timedelta, here: Callable[[], str]) -> None:
        self._presence = presence
        self._here = here
        self._lease_for = lease_for
        self._freed: dict[str, float] = {}
        self.in_company = False

    async def missing(self) -> Collection[str]:
        """Returns dead workers whose jobs were not freed yet; nobody where that cannot be told."""
        try:
            here, self.in_company = self._here(), await self._presence.known() > 1
            gone = [worker for worker in await self._presence.gone() if worker != here]
            self._freed = {worker: at for worker, at in self._freed.items() if worker in gone}
            await self._forget()
        except Exception as error:  # noqa: BLE001 (the leases decide)
            log.warning("cannot see which workers have died: %r", error)
            return ()
        return [worker for worker in gone if worker not in self._freed]

    def freed(self, workers: Collection[str]) -> None:
        """Notes that the jobs of these are freed."""
        for worker in workers:
            log.debug("worker %s has died; its jobs are freed", worker)
            self._freed[worker] = loop_time()

    async def _forget(self) -> None:
        latest = loop_time() - self._lease_for.total_seconds()
        old = [worker for worker, at in self._freed.items() if at <= latest]
        if old:
            await self._presence.forget(old)
