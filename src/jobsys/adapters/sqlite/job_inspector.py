"""Looking at the jobs in a file, and editing them."""

from collections.abc import Mapping, Sequence

from jobsys.adapters.sqlite.edits import edited
from jobsys.adapters.sqlite.find import ahead, counts, find, get, queues
from jobsys.adapters.sqlite.store import SqliteStore
from jobsys.domain.edit import Edit, EditOutcome
from jobsys.domain.job_id import JobId
from jobsys.domain.record import JobRecord
from jobsys.ports.job_inspector import JobInspector, JobQuery, Page, QueueCounts


class SqliteJobInspector(JobInspector):
    """A view of a store's file."""

    def __init__(self, store: SqliteStore) -> None:
        self._store = store

    async def get(self, ids: Sequence[JobId]) -> Mapping[JobId, JobRecord]:
        return await self._store.read(lambda s: get(s, ids))

    async def find(self, query: JobQuery, limit: int, after: str | None = None) -> Page:
        return await self._store.read(lambda s: find(s, query, limit, after))

    async def counts(self) -> Mapping[str, QueueCounts]:
        return await self._store.read(counts)

    async def queues(self) -> Sequence[str]:
        return await self._store.read(queues)

    async def ahead(self, job_id: JobId) -> int | None:
        number = await self._store.read(lambda s: ahead(s, job_id))
        return None if number < 0 else number

    async def edit(self, edit: Edit) -> EditOutcome:
        return await self._store.write(lambda t: edited(t, edit))
