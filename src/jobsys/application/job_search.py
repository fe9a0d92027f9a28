"""Looking for jobs that are meant among those that a backend can name."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from jobsys.application.commands import FindJobs
from jobsys.application.loop_time import loop_time
from jobsys.domain.errors import InvalidJob
from jobsys.domain.record import JobRecord
from jobsys.ports.job_inspector import JobInspector, JobQuery, Page

CHUNK: Final = 100
MOST_LOOKED_AT: Final = 2_000
"""How many jobs one page looks at, however few of them are meant."""
PATIENCE: Final = 0.1
"""After how many seconds it looks at no more."""


@dataclass(frozen=True, slots=True)
class SearchJobs:
    """Look for jobs that `takes` says are meant, page by page; `after` is where the last one ended."""

    query: JobQuery
    takes: Callable[[JobRecord], bool]
    limit: int
    after: str | None = None

    async def run(self, inspector: JobInspector) -> Page:
        """Returns up to `limit` jobs; fewer of them, or none, may come before a next page.

        Raises:
            InvalidJob: the limit is no number of jobs, or no page ended at `after`.
        """
        if self.limit < 1:
            raise InvalidJob(f"limit: a page has at least one job, not {self.limit}")
        found, here, begun_at = list[JobRecord](), self.after, loop_time()
        looked, size = 0, min(CHUNK, self.limit)  # most often all of the first ones are meant
        while looked < MOST_LOOKED_AT:
            page = await FindJobs(self.query, size, here).run(inspector)
            looked, size = looked + size, min(CHUNK, MOST_LOOKED_AT - looked - size)
            matches = [at for at, record in enumerate(page.records) if self.takes(record)]
            room = self.limit - len(found)
            found += [page.records[at] for at in matches[:room]]
            if len(matches) > room:
                return Page(found, await self._end(inspector, here, matches[room - 1]))
            here = page.next
            is_over = here is None or len(found) == self.limit
            if is_over or loop_time() - begun_at >= PATIENCE:
                break
        return Page(found, here)

    async def _end(self, inspector: JobInspector, here: str | None, last: int) -> str | None:
        """Returns where a page goes on that ends in the midst of a chunk."""
        return (await FindJobs(self.query, last + 1, here).run(inspector)).next
