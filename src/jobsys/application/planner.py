"""Firing schedules: each fire time makes one job, however many processes look."""

import logging
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final

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


class Planner(Component):
    """Makes the jobs of schedules whose time has come; any number may run, and none leads.

    With fire times that nobody was there for it deals as their schedule's policy says.
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
        due = await self._scheduler.due(self._queues(), BATCH)
        firings = self._firings(due) if due else ()
        if firings:
            await self._fire(firings)
            return timedelta(0)
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
        missed = MissedFires(self._triggers, due.now)
        firings: list[tuple[Schedule, Firing]] = []
        for schedule in due.schedules:
            try:
                firings.append((schedule, missed.firing_of(schedule)))
            except InvalidSchedule as error:  # another host may know more zones
                log.error("schedule %s cannot be read here: %s", schedule.id, error)
        return firings


def _failed(error: Exception) -> timedelta:
    log.warning("schedules cannot fire now: %r", error)
    return LOOK_EVERY
