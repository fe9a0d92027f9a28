"""Which type of jobs makes a queue late."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from jobsys.application.queues import QueueView
from jobsys.application.service import BackgroundJobService
from jobsys.domain.status import JobStatus
from jobsys.domain.value import value

LONG: Final = timedelta(minutes=1)
"""A job that is ready has waited long, and its queue is late, after so much."""
NO_TIME: Final = timedelta()
LOOKED_AT: Final = 100
MOST_QUEUES: Final = 3
LOOK_EVERY: Final = timedelta(seconds=10)


@value
class Flood:
    """The type that more than half of the jobs have which come first in a queue, of `all` looked at."""

    job_type: str
    jobs: int
    all: int


def late(queues: Mapping[str, QueueView], now: datetime) -> Sequence[str]:
    """Returns the queues whose jobs have waited long, those first where most wait."""
    found = [name for name, one in queues.items() if (one.counts.waited(now) or NO_TIME) > LONG]
    return sorted(found, key=lambda name: -queues[name].counts.now.get(JobStatus.QUEUED, 0))


@dataclass(slots=True)
class Floods:
    """Looks at the first hundred jobs of at most three late queues, every ten seconds at most."""

    jobs: BackgroundJobService
    _found: Mapping[str, Flood] = field(default_factory=dict[str, Flood])
    _looked_at: datetime | None = None

    async def read(self, queues: Mapping[str, QueueView], now: datetime) -> Mapping[str, Flood]:
        """Returns the flood of each late queue that has one; a type that is paused is none.

        Asks nothing where no queue is late.
        """
        behind = late(queues, now)[:MOST_QUEUES]
        is_fresh = self._looked_at is not None and now - self._looked_at < LOOK_EVERY
        if behind and not is_fresh:
            looked = {name: await self._flood(name) for name in behind}
            self._found = {name: flood for name, flood in looked.items() if flood}
            self._looked_at = now
        held = {name: queues[name].policy.paused_types for name in behind}
        found = self._found.items()
        return {k: one for k, one in found if k in held and one.job_type not in held[k]}

    async def _flood(self, queue: str) -> Flood | None:
        page = await self.jobs.find(status=JobStatus.QUEUED, queue=queue, limit=LOOKED_AT)
        types = Counter(record.job_type for record in page.records)
        for kind, number in types.most_common(1):
            if number * 2 > types.total():
                return Flood(kind, number, types.total())
        return None
