"""What a story can do to a backend: plain data, and how it is done."""

from abc import abstractmethod
from datetime import timedelta
from typing import Protocol

from jobsys.domain.edit import Edit
from jobsys.domain.job_id import JobId
from jobsys.domain.move import Move
from jobsys.domain.value import value
from jobsys.ports.job_inspector import JobQuery
from jobsys.ports.store_checker import FindingKind
from jobsys.ports.submission import Submission
from jobsys.testing.differential.scene import Scene


class Operation(Protocol):
    """One step of a story."""

    @abstractmethod
    async def act(self, scene: Scene) -> object:
        """Does it, and returns all that the backend answered."""


@value
class Submit(Operation):
    """Enqueues jobs in one call."""

    jobs: tuple[Submission, ...]

    async def act(self, scene: Scene) -> object:
        """Returns the receipts."""
        return await scene.backend.queue.enqueue(self.jobs)


@value
class DoTick(Operation):
    """Lets due jobs and retention have their way."""

    queues: tuple[str, ...]
    limit: int

    async def act(self, scene: Scene) -> object:
        """Returns what the tick did."""
        return await scene.backend.queue.tick(self.queues, self.limit)


@value
class MakeMoves(Operation):
    """Makes moves in one call."""

    moves: tuple[Move, ...]

    async def act(self, scene: Scene) -> object:
        """Returns what each found and left."""
        return await scene.backend.queue.move(self.moves)


@value
class MakeEdit(Operation):
    """Edits a job, as somebody does who may have seen another payload."""

    edit: Edit

    async def act(self, scene: Scene) -> object:
        """Returns what became of it."""
        return await scene.backend.inspector.edit(self.edit)


@value
class Find(Operation):
    """Looks for jobs, page by page, to the end."""

    query: JobQuery
    limit: int

    async def act(self, scene: Scene) -> object:
        """Returns the pages' records."""
        page = await scene.backend.inspector.find(self.query, self.limit)
        pages = [page.records]
        while page.next is not None:
            page = await scene.backend.inspector.find(self.query, self.limit, page.next)
            pages.append(page.records)
        return pages


@value
class Get(Operation):
    """Looks at jobs."""

    ids: tuple[JobId, ...]

    async def act(self, scene: Scene) -> object:
        """Returns their records."""
        return await scene.backend.inspector.get(self.ids)


@value
class Count(Operation):
    """Counts all jobs, and names all queues."""

    async def act(self, scene: Scene) -> object:
        """Returns the counts and the names."""
        inspector = scene.backend.inspector
        return await inspector.counts(), await inspector.queues()


@value
class Check(Operation):
    """Looks the store through for damage."""

    async def act(self, scene: Scene) -> object:
        """Returns the jobs whose envelopes cannot be read: a story damages nothing else.

        Raises:
            AssertionError: something else is wrong.
        """
        found = [f async for step in scene.backend.checker.check() for f in step.findings]
        if any(finding.kind is not FindingKind.UNREADABLE_JOB for finding in found):
            raise AssertionError(f"the store is damaged: {found}")
        return sorted(finding.subject for finding in found)


@value
class Forward(Operation):
    """Moves the clock."""

    by: timedelta

    async def act(self, scene: Scene) -> object:
        """Returns the new time."""
        await scene.backend.advance(self.by)
        return await scene.backend.now()


@value
class Damage(Operation):
    """Overwrites the stored envelope of a job that exists.

    A story never removes one: how much a backend knows of a job without its envelope is its own.
    """

    job_id: JobId
    raw: bytes

    async def act(self, scene: Scene) -> object:
        """Returns whether the job exists."""
        exists = bool(await scene.backend.inspector.get([self.job_id]))
        if exists:
            await scene.backend.damage(self.job_id, self.raw)
        return exists
