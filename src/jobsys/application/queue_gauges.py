"""How many jobs wait, for how long, what they ask for, and where circuits stand, for the metrics."""

import logging
import random
from datetime import timedelta

from jobsys.application.circuits import CircuitBook
from jobsys.application.rounds import Rounds
from jobsys.application.scaling import ScalingBook
from jobsys.ports.job_metrics import JobMetrics
from jobsys.ports.lifecycle import Component

log = logging.getLogger("jobsys.metrics")


class QueueGauges(Component):
    """Sets the sizes of all queues, at the start and then about every `interval`.

    And where circuits stand, if registered job types name any. While the backend does not answer
    there are no numbers: none is better than an old one.
    """

    def __init__(
        self,
        scaling: ScalingBook,
        circuits: CircuitBook,
        metrics: JobMetrics,
        interval: timedelta,
    ) -> None:
        self._scaling = scaling
        self._circuits = circuits
        self._metrics = metrics
        self._interval = interval
        self._failing = False
        self._rounds = Rounds("jobsys-queue-gauges", self.sample, self._failed)

    async def start(self) -> None:
        self._rounds.start()

    async def stop(self) -> None:
        await self._rounds.stop()

    async def sample(self) -> timedelta:
        """Sets the sizes as they are now, and returns how long they hold."""
        found = await self._scaling.find()
        self._metrics.set_queue_sizes({queue: one.counts.waiting for queue, one in found.items()})
        self._metrics.set_oldest_waiting({queue: one.ages for queue, one in found.items()})
        self._metrics.set_wanted_slots({queue: one.wanted for queue, one in found.items()})
        states = await self._circuits.states() if self._circuits.named_here else ()
        self._metrics.set_circuit_phases({one.name: one.phase for one in states})
        self._failing = False
        return self._pause()

    def _failed(self, error: Exception) -> timedelta:
        """Takes the sizes away; the first of several failures in a row is logged."""
        self._metrics.set_queue_sizes({})
        self._metrics.set_oldest_waiting({})
        self._metrics.set_wanted_slots({})
        self._metrics.set_circuit_phases({})
        if not self._failing:
            log.warning("queue sizes are unknown until the backend answers: %r", error)
        self._failing = True
        return self._pause()

    def _pause(self) -> timedelta:
        # Processes that started together need not ask together for ever.
        return self._interval * random.uniform(0.9, 1.1)  # noqa: S311 (spread, not secrecy)
