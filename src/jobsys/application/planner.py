"""Firing schedules: each fire time makes one job, however many processes look."""

import logging
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final

from jobsys.application.loop_time import loop_time
from jobsys.application.missed_fires import MissedFires
from jobsys.application.rounds import Rounds
from jobsys.domain.errors import InvalidSchedule
from jobsys.domain.schedule import Firing, Schedule
from jobsys.ports.job_metrics import JobMetrics
from jobsys.ports.lifecycle import Component
from jobsys.ports.scheduler import Due, Scheduler
from jobsys.ports.triggers import Triggers

log = logging.getLogger("jobsys.planner")

BATCH: Final = 100
LOOK_EVERY: Final = timedelta(seconds=1)
"""How often a process looks where there are schedules: another one may have changed them."""
QUIET: Final = timedelta(seconds=5)
THERE: Final = timedelta(seconds=10)
"""How long a process may take from look to look, and still count as there."""


class Planner(Component):
    """Makes the jobs of schedules whose time has come; any number may run, and none leads.

    Fire times since it last looked and left nothing undone are on time. Older ones were missed, when
    it has just begun or stood still for long: with them it deals as the schedule's policy says.
    """

    def __init__(
        self,
        scheduler: Scheduler,
        triggers: Triggers,
        queues: Callable[[], Sequence[str]],
        metrics: JobMetrics,
    ) -> None:
        self._scheduler = scheduler
        self._triggers = triggers
        self._queues = queues
        self._metrics = metrics
        self._caught_up_at: float | None = None
        self._rounds = Rounds("jobsys-planner", self.fire_due, _failed)

    async def start(self) -> None:
        self._rounds.start()

    async def stop(self) -> None:
        await self._rounds.stop()

    def look(self) -> None:
        """Looks at once: a schedule has changed."""
        self._rounds.ring()

    async def fire_due(self) -> timedelta:
        """Makes the jobs that are due now, and returns how long none will be, as far as is known."""
        began_at = loop_time()
        due = await self._scheduler.due(self._queues(), BATCH)
        firings = self._firings(due) if due else ()
        if firings:
            await self._fire(firings)
            return timedelta(0)
        self._caught_up_at = began_at
        if due is None or due.next_at is None:
            return QUIET
        return min(max(due.next_at - due.now, timedelta(milliseconds=1)), LOOK_EVERY)

    async def _fire(self, firings: Sequence[tuple[Schedule, Firing]]) -> None:
        """Makes the jobs, and counts those that nobody else has made."""
        made = await self._scheduler.fire([firing for _, firing in firings])
        log.debug("%d schedules were due, %d fired here", len(firings), sum(made))
        for (schedule, _), new in zip(firings, made, strict=True):
            if new:
                self._metrics.increment_jobs_enqueued(schedule.header.type, schedule.priority)

    def _firings(self, due: Due) -> Sequence[tuple[Schedule, Firing]]:
        """Returns the firings for the times that have come, but for rules that cannot be read."""
        missed = MissedFires(self._triggers, due.now, due.now - self._there_for())
        firings: list[tuple[Schedule, Firing]] = []
        for schedule in due.schedules:
            try:
                firings.append((schedule, missed.firing_of(schedule)))
            except InvalidSchedule as error:  # another host may know more zones
                log.error("schedule %s cannot be read here: %s", schedule.id, error)
        return firings

    def _there_for(self) -> timedelta:
        """Returns for how long fire times have been looked after, by this process or by any."""
        if self._caught_up_at is None:
            return LOOK_EVERY
        since = timedelta(seconds=loop_time() - self._caught_up_at)
        return max(since, LOOK_EVERY) if since <= THERE else LOOK_EVERY


def _failed(error: Exception) -> timedelta:
    log.warning("schedules cannot fire now: %r", error)
    return LOOK_EVERY
