"""A container with a real worker on a real backend, whose jobs tests hold and count."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Final

from jobsys import BackgroundJobService, BaseJob, JobContext, JobStatus, JobsysContainer, Settings
from jobsys.config import WorkerArguments

LEASE_FOR: Final = timedelta(seconds=2)
SOON: Final = timedelta(seconds=30)


class Errand(BaseJob):
    """A job that is held while the gate is shut."""

    number: int = 0


class Workplace:
    """One process's part: its container, how often each job began here, and the gate of all jobs."""

    def __init__(self, url: str, gate: asyncio.Event | None = None) -> None:
        worker: WorkerArguments = {"concurrency": 4, "lease_for": LEASE_FOR}
        self.container = JobsysContainer(Settings(backend=url, keep_last=100_000, worker=worker))
        self.container.handles(Errand)(self._run)
        self.begun: Counter[str] = Counter()
        self.gate = gate or asyncio.Event()
        if gate is None:
            self.gate.set()

    @property
    def jobs(self) -> BackgroundJobService:
        return self.container.job_service()

    async def submit(self, number: int) -> list[str]:
        """Submits so many jobs in one call."""
        return [*await self.jobs.submit_many([Errand(number=n) for n in range(number)])]

    async def number_in(self, status: JobStatus) -> int:
        """Returns how many jobs the backend counts in a status."""
        counts = (await self.jobs.counts()).get("default")
        return counts.now[status] if counts else 0

    async def until(self, status: JobStatus, number: int) -> None:
        """Waits until the backend counts at least so many jobs in a status."""
        async with asyncio.timeout(SOON.total_seconds()):
            while await self.number_in(status) < number:  # noqa: ASYNC110 (in a backend)
                await asyncio.sleep(0.02)

    async def _run(self, job: Errand, context: JobContext) -> int:
        self.begun[context.job_id] += 1
        await self.gate.wait()
        return job.number


@asynccontextmanager
async def workplaces(url: str, number: int = 2) -> AsyncIterator[list[Workplace]]:
    """Runs several workers on one backend, with one gate for their jobs."""
    gate = asyncio.Event()
    gate.set()
    async with AsyncExitStack() as stack:
        made = [Workplace(url, gate) for _ in range(number)]
        for one in made:
            await stack.enter_async_context(one.container.lifecycle())
        yield made
        gate.set()


def runs(places: list[Workplace]) -> Counter[str]:
    """Returns how often each job began, wherever it was."""
    return sum((place.begun for place in places), Counter[str]())
