"""Looking at everything that the checks of a deployment go by."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from jobsys.application.doctor.scene import Scene
from jobsys.application.floods import late
from jobsys.application.job_search import SearchJobs
from jobsys.application.loop_time import loop_time
from jobsys.application.overview import Survey
from jobsys.application.queues import QueueView
from jobsys.application.service import BackgroundJobService
from jobsys.domain.record import JobRecord
from jobsys.domain.status import JobStatus, Reason
from jobsys.ports.backend import Backend
from jobsys.ports.clock import Clock
from jobsys.ports.job_inspector import JobQuery

SAMPLE: Final = 500
"""How many jobs of a kind are looked at."""
MOST_LETTERS: Final = 10_000
LOOK_FOR: Final = 1.0
"""For how many seconds it is looked how fast jobs come in."""


@dataclass(frozen=True, slots=True)
class Gathering:
    """Asks a deployment for what there is; nothing is changed by it."""

    jobs: BackgroundJobService
    backend: Backend
    clock: Clock

    async def scene(self) -> Scene:
        """Returns the deployment as it stands; takes a second longer where jobs have waited long.

        Raises:
            QueueUnavailable: the backend does not answer.
        """
        jobs, skew = self.jobs, await self._skew()
        now = self.clock.now() + (skew or timedelta())
        overview = await Survey(jobs, self.backend, self.clock).read()
        queues = overview.queues
        return Scene(
            now,
            overview,
            await self.backend.room(),
            skew,
            await jobs.schedules.find(),
            await jobs.dead_letters.summary(limit=MOST_LETTERS),
            await self._some(queues, JobStatus.RETRYING, lambda _: True),
            await self._some(queues, JobStatus.SCHEDULED, _is_unroutable),
            await self._arrivals(queues, now),
        )

    async def _skew(self) -> timedelta | None:
        """Returns how far the backend's clock is ahead, within half of what the answer took."""
        circuits = self.backend.ports.circuits
        if circuits is None:
            return None
        asked = self.clock.now()
        told = (await circuits.known()).now
        return told - (asked + (self.clock.now() - asked) / 2)

    async def _some(
        self,
        queues: Mapping[str, QueueView],
        status: JobStatus,
        takes: Callable[[JobRecord], bool],
    ) -> Sequence[JobRecord]:
        """Returns jobs that stand so and are meant; asks for none where none stand so."""
        if not any(one.counts.now[status] for one in queues.values()):
            return ()
        search = SearchJobs(JobQuery(status), takes, SAMPLE)
        return (await search.run(self.backend.ports.inspector)).records

    async def _arrivals(
        self, queues: Mapping[str, QueueView], now: datetime
    ) -> Mapping[str, float]:
        """Returns how many jobs a second come into each queue whose jobs have waited long."""
        behind = late(queues, now)
        if not behind:
            return {}
        before = await self.jobs.counts()
        begun = loop_time()
        await asyncio.sleep(LOOK_FOR)
        after = await self.jobs.counts()
        took = loop_time() - begun
        return {name: after[name].came_since(before[name]) / took for name in behind}


def _is_unroutable(record: JobRecord) -> bool:
    return record.standing.reason is Reason.UNROUTABLE
