"""A deployment at one instant: its queues, workers and circuits, and what its store is worth."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from jobsys.application.floods import Flood, Floods
from jobsys.application.loop_time import loop_time
from jobsys.application.queues import QueueView
from jobsys.application.service import BackgroundJobService
from jobsys.application.workers import WorkerState, WorkerView
from jobsys.domain.circuit_state import CircuitStatus
from jobsys.domain.value import value
from jobsys.ports.clock import Clock
from jobsys.ports.durability import Durable, Weakness

JUDGED_EVERY: Final = timedelta(seconds=30)
"""What a store is worth changes with its configuration, and is asked no oftener."""
FRESH: Final = 0.5
"""Seconds for which a read is good enough for whoever asks."""


@value
class Overview:
    """What was read, and when."""

    at: datetime
    queues: Mapping[str, QueueView] = field(default_factory=dict[str, QueueView])
    workers: Sequence[WorkerView] = ()
    circuits: Sequence[CircuitStatus] = ()
    weaknesses: Sequence[Weakness] = ()
    floods: Mapping[str, Flood] = field(default_factory=dict[str, Flood])

    @property
    def ready_workers(self) -> Sequence[WorkerView]:
        """The workers that would take a job now."""
        return [one for one in self.workers if one.state is WorkerState.READY]

    @property
    def for_anybody(self) -> "Overview":
        """The same without a word of what jobs said as they failed."""
        return replace(self, circuits=[replace(one, last_error="") for one in self.circuits])

    def waited(self, queue: str) -> timedelta | None:
        """Returns for how long the oldest ready job of a queue has waited; None where none does."""
        return self.queues[queue].counts.waited(self.at)


@dataclass(slots=True)
class Survey:
    """Reads how a deployment stands: four round trips, and a look at late queues now and then."""

    jobs: BackgroundJobService
    store: Durable
    clock: Clock
    _floods: Floods = field(init=False)
    _weaknesses: Sequence[Weakness] = ()
    _judged_at: datetime | None = None

    def __post_init__(self) -> None:
        """Begins without having looked."""
        self._floods = Floods(self.jobs)

    async def read(self) -> Overview:
        """Returns how it stands now.

        Raises:
            QueueUnavailable: the backend does not answer.
        """
        now, queues = self.clock.now(), await self.jobs.queues.find()
        return Overview(
            now,
            queues,
            await self.jobs.workers.find(),
            await self.jobs.circuits.states(),
            await self._worth(),
            await self._floods.read(queues, now),
        )

    async def _worth(self) -> Sequence[Weakness]:
        now = self.clock.now()
        if self._judged_at is None or now - self._judged_at >= JUDGED_EVERY:
            self._weaknesses, self._judged_at = await self.store.weaknesses(), now
        return self._weaknesses


class SharedSurvey:
    """Reads once for all who ask within half a second, however many: strangers may be among them."""

    def __init__(self, survey: Survey) -> None:
        self._survey = survey
        self._reading: asyncio.Task[Overview] | None = None
        self._begun_at = 0.0

    async def seen(self) -> Overview:
        """Returns how it stands, or stood a moment ago.

        Raises:
            QueueUnavailable: the backend does not answer, or did not a moment ago.
        """
        reading, now = self._reading, loop_time()
        if reading is None or (reading.done() and now - self._begun_at >= FRESH):
            reading = self._reading = asyncio.create_task(self._survey.read())
            self._begun_at = now
        return await asyncio.shield(reading)
