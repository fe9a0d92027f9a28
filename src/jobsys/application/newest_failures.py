"""The dead letters that came last, looked for only where there are new ones."""

import heapq
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from jobsys.application.overview import Overview
from jobsys.application.service import BackgroundJobService
from jobsys.domain.job_id import JobId
from jobsys.domain.record import JobRecord
from jobsys.domain.status import FAILED

LOOKED_FOR_EVERY: Final = timedelta(seconds=5)
MOST: Final = 5
MOST_QUEUES: Final = 3
"""In so many queues is looked at a time: those with the most new ones."""


class NewestFailures:
    """Remembers the newest dead letters from one look to the next."""

    def __init__(self, jobs: BackgroundJobService) -> None:
        self._jobs = jobs
        self._seen: Mapping[str, int] = {}
        self._looked_at: datetime | None = None
        self._newest: dict[JobId, JobRecord] = {}

    async def read(self, overview: Overview) -> Sequence[JobRecord]:
        """Returns the newest dead letters, the last one first.

        Raises:
            QueueUnavailable: the backend does not answer.
        """
        if self._looked_at is None or overview.at - self._looked_at >= LOOKED_FOR_EVERY:
            await self._look(overview)
        return list(self._newest.values())

    async def _look(self, overview: Overview) -> None:
        failed = {name: one.counts.ever.get(FAILED, 0) for name, one in overview.queues.items()}
        new = {name: number - self._seen.get(name, 0) for name, number in failed.items()}
        changed = heapq.nlargest(MOST_QUEUES, new, key=new.__getitem__)
        found = dict(self._newest)
        for name in filter(new.get, changed):
            page = await self._jobs.find(status=FAILED, queue=name, limit=MOST)
            found.update({record.id: record for record in page.records})
        newest = heapq.nlargest(MOST, found.values(), key=lambda one: one.standing.changed_at)
        self._newest = {record.id: record for record in newest}
        self._seen, self._looked_at = failed, overview.at
