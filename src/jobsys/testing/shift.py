"""A worker's shift in a test: it begins with what is due and ends when nothing is left."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Final

from jobsys.application.floor import Floor
from jobsys.application.planner import Planner
from jobsys.application.worker import Worker
from jobsys.application.worker_options import WorkerOptions
from jobsys.container import JobsysContainer
from jobsys.domain.errors import JobsysError
from jobsys.domain.job_id import JobId
from jobsys.domain.record import JobRecord
from jobsys.domain.status import LEASED, READY
from jobsys.ports.job_inspector import JobInspector
from jobsys.ports.job_queue import JobQueue
from jobsys.ports.scheduler import Scheduler
from jobsys.testing.watched_executor import WatchedExecutor

BATCH: Final = 500
LOOK_EVERY: Final = 0.001


class EndlessDrain(JobsysError):
    """Jobs were left although the drain's limit was reached."""

    code = "ENDLESS_DRAIN"


class Shift:
    """Runs a container's real worker, every queue its own, without its threads and timers."""

    def __init__(self, container: JobsysContainer, executor: WatchedExecutor, at_most: int) -> None:
        self._container = container
        self._queue: JobQueue = container.job_queue()
        self._inspector: JobInspector = container.job_inspector()
        self._scheduler: Scheduler = container.scheduler()
        self._executor = executor
        self._at_most = at_most
        self._queues: list[str] = []
        self._ended: dict[JobId, JobRecord] = {}

    async def run(self, within: timedelta) -> list[JobRecord]:
        """Runs what is due until nothing is, and returns the records of the jobs that ended.

        Raises:
            EndlessDrain: jobs are left after `at_most` attempts, or after `within` of real time.
        """
        try:
            async with asyncio.timeout(within.total_seconds()):
                while await self._has_due():
                    await self._work()
                    await self._collect()
        except TimeoutError:
            raise EndlessDrain(
                f"jobs still run after {within.total_seconds():g} s of real time:"
                f" {self._told()}; handlers that sleep or wait do so for real"
            ) from None
        return list(self._ended.values())

    async def _has_due(self) -> bool:
        """Does what time asks for now, and says whether a job is ready."""
        schedules = await self._scheduler.find()
        scheduled = (schedule.id.queue for schedule in schedules)
        self._queues = sorted({*await self._inspector.queues(), *scheduled})
        container = self._container
        planner = Planner(
            self._scheduler, container.triggers(), lambda: self._queues, container.metrics()
        )
        while not await planner.fire_due():
            pass
        while (await self._queue.tick(self._queues, BATCH)).promoted == BATCH:
            pass
        return await self._is_busy()

    async def _work(self) -> None:
        container, settings = self._container, self._container.settings().worker
        floor = Floor(
            self._queue,
            container.worker_pool(),
            container.lease_keeper(),
            container.reporter(),
            WorkerOptions(
                settings.lease_for,
                timedelta(0),
                settings.crash_limit,
                names_of=container.job_factory().names_of,
            ),
        )
        worker = Worker(floor, container.ticker(), lambda: self._queues)
        await worker.start()
        try:
            while await self._is_busy():
                self._check_number()
                await asyncio.sleep(LOOK_EVERY)
        finally:
            await worker.stop()

    async def _is_busy(self) -> bool:
        counts = await self._inspector.counts()
        served = [counts[queue].now for queue in self._queues if queue in counts]
        return any(now[status] for now in served for status in READY | LEASED)

    async def _collect(self) -> None:
        begun = [record.id for record in self._executor.begun]
        found = await self._inspector.get(list(dict.fromkeys(begun)))
        self._ended |= {
            job_id: record for job_id, record in found.items() if record.status.is_final
        }

    def _check_number(self) -> None:
        if len(self._executor.begun) > self._at_most:
            raise EndlessDrain(
                f"jobs are left after {self._at_most} attempts: {self._told()};"
                " does one submit itself again?"
            )

    def _told(self) -> str:
        most = Counter(record.job_type for record in self._executor.begun).most_common(3)
        return ", ".join(f"{number} of {job_type}" for job_type, number in most)
