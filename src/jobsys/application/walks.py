"""Doing something to every job that a query finds, however many there are."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Final

from jobsys.domain.record import JobRecord
from jobsys.ports.job_inspector import JobInspector, JobQuery

BATCH: Final = 500

Act = Callable[[Sequence[JobRecord]], Awaitable[int]]
"""Does it to some jobs and returns how many it changed."""


async def pages(
    inspector: JobInspector, query: JobQuery, size: int = BATCH
) -> AsyncIterator[Sequence[JobRecord]]:
    """Yields what a query finds, page by page; only one of them is held at once."""
    after: str | None = None
    while True:
        page = await inspector.find(query, size, after)
        if page.records:
            yield page.records
        after = page.next
        if after is None:
            return


async def until_done(inspector: JobInspector, query: JobQuery, act: Act) -> AsyncIterator[int]:
    """Walks until a walk changes nothing, and yields how many jobs were changed at a time.

    A job that leaves its place lets those behind it move up past the page that comes next: one
    walk may miss some.
    """
    changed = True
    while changed:
        changed = False
        async for found in pages(inspector, query):
            number = await act(found)
            changed = changed or number > 0
            yield number
