"""How many jobs wait, sampled for the metrics."""

import asyncio
import logging
import random
from datetime import timedelta

from jobsys.ports.job_inspector import JobInspector
from jobsys.ports.job_metrics import JobMetrics
from jobsys.ports.lifecycle import Component

log = logging.getLogger("jobsys.metrics")


class QueueGauges(Component):
    """Sets the sizes of all queues, at the start and then about every `interval`.

    While the backend does not answer there are no sizes: no number is better than an old one.
    """

    def __init__(self, inspector: JobInspector, metrics: JobMetrics, interval: timedelta) -> None:
        self._inspector = inspector
        self._metrics = metrics
        self._interval = interval
        self._failing = False
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name="jobsys-queue-gauges")

    async def stop(self) -> None:
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])

    async def sample(self) -> None:
        """Sets the sizes as they are now; the first of several failures in a row is logged."""
        try:
            counts = await self._inspector.counts()
        except Exception as error:  # noqa: BLE001 (the next sample may succeed)
            self._metrics.set_queue_sizes({})
            if not self._failing:
                log.warning("queue sizes are unknown until the backend answers: %r", error)
            self._failing = True
        else:
            self._metrics.set_queue_sizes({queue: one.waiting for queue, one in counts.items()})
            self._failing = False

    async def _run(self) -> None:
        while self._task is not None:  # a client may swallow the cancel of a stop
            await self.sample()
            # Processes that started together need not ask together for ever.
            spread = random.uniform(0.9, 1.1)  # noqa: S311 (spread, not secrecy)
            await asyncio.sleep(self._interval.total_seconds() * spread)
