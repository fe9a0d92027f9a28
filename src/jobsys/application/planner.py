"""Firing schedules: each fire time makes one job, however many processes look."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from jobsys.application.rounds import Rounds
from jobsys.domain.errors import InvalidSchedule
from jobsys.domain.schedule import Firing, Schedule
from jobsys.ports.job_metrics import JobMetrics
from jobsys.ports.lifecycle import Component
from jobsys.ports.scheduler import Scheduler
from jobsys.ports.triggers import Triggers

log = logging.getLogger("jobsys.planner")

BATCH: Final = 100
LOOK_EVERY: Final = timedelta(seconds=1)
"""How often a process looks where there are schedules: another one may have changed them."""
QUIET: Final = timedelta(seconds=5)
MADE_UP_FOR: Final = timedelta(minutes=1)
"""How long ago a fire time may be to be made up for by itself; of older ones only one is."""


class Planner(Component):
    """Makes the jobs of schedules whose time has come; any number may run, and none leads.

    Fire times that nobody was there for are made up for: each of the last minute, and one for all
    before it.
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
        if due is None:
            return QUIET
        asked = [(schedule, self._firing(schedule, due.now)) for schedule in due.schedules]
        firings = [(schedule, firing) for schedule, firing in asked if firing]
        if firings:
            await self._fire(firings)
            return timedelta(0)
        if due.next_at is None:
            return QUIET
        return min(max(due.next_at - due.now, timedelta(milliseconds=1)), LOOK_EVERY)

    async def _fire(self, firings: Sequence[tuple[Schedule, Firing]]) -> None:
        """Makes the jobs, and counts those that nobody else has made."""
        made = await self._scheduler.fire([firing for _, firing in firings])
        log.debug("%d schedules were due, %d fired here", len(firings), sum(made))
        for (schedule, _), new in zip(firings, made, strict=True):
            if new:
                self._metrics.increment_jobs_enqueued(schedule.header.type, schedule.priority)

    def _firing(self, schedule: Schedule, now: datetime) -> Firing | None:
        """Returns the firing for the time that has come; None where the rule cannot be read."""
        due_at = schedule.next_at or now
        try:
            next_at = self._triggers.next_after(schedule.rule, max(due_at, now - MADE_UP_FOR))
        except InvalidSchedule as error:  # another host may know more zones
            log.error("schedule %s cannot be read here: %s", schedule.id, error)
            return None
        return Firing(schedule.id, due_at, next_at)


def _failed(error: Exception) -> timedelta:
    log.warning("schedules cannot fire now: %r", error)
    return LOOK_EVERY
