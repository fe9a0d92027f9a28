"""The use cases of queues: hold them, bound them, empty them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from datetime import timedelta
from itertools import product
from typing import Final, Unpack

from pydantic import ValidationError

from jobsys.application.arguments import seconds_of
from jobsys.application.walks import pages, until_done
from jobsys.domain.errors import InvalidJob
from jobsys.domain.factory import JobFactory, explained
from jobsys.domain.move import Move
from jobsys.domain.names import checked_name
from jobsys.domain.queue_policy import PolicyChange, QueuePolicy
from jobsys.domain.record import JobRecord
from jobsys.domain.status import (
    BLOCKED,
    LEASED,
    QUEUED,
    RETRYING,
    SCHEDULED,
    JobEvent,
    JobStatus,
    Reason,
)
from jobsys.domain.value import value
from jobsys.ports.job_inspector import JobInspector, JobQuery, QueueCounts
from jobsys.ports.job_queue import JobQueue
from jobsys.ports.queue_policies import QueuePolicies

LOOK_EVERY: Final = 0.1
TO_PURGE: Final = (BLOCKED, SCHEDULED, RETRYING, QUEUED)
"""Those that wait, in the order in which jobs go on: none slips past a purge into what is over."""


@value
class QueueView:
    """A queue as it stands: its jobs by status, and its policy."""

    counts: QueueCounts
    policy: QueuePolicy


class QueueBook:
    """The queues that there are: look at them, pause, bound, drain and empty them."""

    def __init__(
        self,
        policies: QueuePolicies,
        inspector: JobInspector,
        queue: JobQueue,
        factory: JobFactory,
    ) -> None:
        self._policies = policies
        self._inspector = inspector
        self._queue = queue
        self._factory = factory

    async def find(self) -> Mapping[str, QueueView]:
        """Returns every queue that has a policy, or ever had a job, by its name."""
        counts = await self._inspector.counts()
        policies = await self._policies.get(list(counts))
        return {name: QueueView(counts[name], policies[name]) for name in counts}

    async def policy(self, queue: str) -> QueuePolicy:
        """Returns what was set of a queue."""
        return (await self._policies.get([checked_name("queue", queue)]))[queue]

    async def configure(self, queue: str, **changes: Unpack[PolicyChange]) -> QueuePolicy:
        """Sets what is named of a queue, and leaves the rest; returns what holds then.

        Raises:
            InvalidJob: a value cannot be; it is named.
        """
        return await self._change(queue, lambda policy: _changed(policy, changes))

    async def pause(self, queue: str, *, job_type: str | None = None) -> None:
        """Has nothing of a queue begun any more, or nothing of one type, until it is resumed.

        What runs goes on, and new jobs come in. No attempt is spent meanwhile. A type is held back
        under each of its names: its own and its aliases.
        """
        if job_type is None:
            await self.configure(queue, paused=True)
            return
        names = self._names(job_type)
        await self._change(queue, lambda p: _with_types(p, p.paused_types.union(names)))

    async def resume(self, queue: str, *, job_type: str | None = None) -> None:
        """Lets a paused queue go on, or one type in it, with what waits there.

        A type goes on under the names that are known here: an alias that only the code of others
        knows stays held back, as `policy` tells.
        """
        if job_type is None:
            await self.configure(queue, paused=False)
            return
        names = self._names(job_type)
        await self._change(queue, lambda p: _with_types(p, p.paused_types.difference(names)))
        for name in names:
            waiting = JobQuery(JobStatus.SCHEDULED, queue, name)
            async for _ in until_done(self._inspector, waiting, self._let_go):
                pass

    async def drain(self, queue: str, timeout: timedelta | str | None = None) -> None:
        """Closes a queue to new jobs and returns once those in it have ended; `configure` reopens.

        Delayed jobs and those of a paused queue have not ended; a schedule goes on making jobs
        until it is paused.

        Raises:
            TimeoutError: some have not ended in time; the queue stays closed, and they go on.
        """
        seconds = None if timeout is None else seconds_of(timeout)
        await self.configure(queue, closed=True)
        async with asyncio.timeout(seconds):
            while await self._open_jobs(queue):  # noqa: ASYNC110 (others end the jobs)
                await asyncio.sleep(LOOK_EVERY)

    async def purge(
        self,
        queue: str,
        *,
        job_type: str | None = None,
        statuses: Sequence[JobStatus] = TO_PURGE,
        dry_run: bool = False,
    ) -> AsyncIterator[int]:
        """Removes the jobs of a queue that wait, or that stand as named; yields how many at a time.

        A type is meant with all of its names. Running jobs cannot be removed. `dry_run` counts them and removes none.

        Raises:
            InvalidJob: jobs that run were asked for.
        """
        if LEASED & set(statuses):
            raise InvalidJob("purge: a job that runs cannot be removed: cancel it")
        names: Collection[str | None] = [None] if job_type is None else self._names(job_type)
        for status, name in product(statuses, names):
            query = JobQuery(status, checked_name("queue", queue), name)
            if dry_run:
                async for found in pages(self._inspector, query):
                    yield len(found)
            else:
                async for removed in until_done(self._inspector, query, self._delete):
                    yield removed

    def _names(self, job_type: str) -> Collection[str]:
        return self._factory.names_of(checked_name("job type", job_type))

    async def _open_jobs(self, queue: str) -> int:
        counts = (await self._inspector.counts()).get(queue)
        return sum(number for s, number in counts.now.items() if not s.is_final) if counts else 0

    async def _change(
        self, queue: str, change: Callable[[QueuePolicy], QueuePolicy]
    ) -> QueuePolicy:
        """Changes a policy, whoever else does so meanwhile."""
        while True:
            before = await self.policy(queue)
            after = change(before)
            if after == before or await self._policies.put(queue, before, after):
                return after

    async def _let_go(self, found: Sequence[JobRecord]) -> int:
        held = [record.id for record in found if record.standing.reason is Reason.PAUSED]
        event, target = JobEvent.RESCHEDULED, JobStatus.QUEUED
        source = JobStatus.SCHEDULED
        return await self._move([Move(job_id, event, target, source=source) for job_id in held])

    async def _delete(self, found: Sequence[JobRecord]) -> int:
        # A job that has gone on since it was found is none of those that were meant.
        return await self._move(
            [Move(record.id, JobEvent.DELETED, source=record.status) for record in found]
        )

    async def _move(self, moves: Sequence[Move]) -> int:
        return sum(moved.applied for moved in await self._queue.move(moves))


def _changed(policy: QueuePolicy, changes: PolicyChange) -> QueuePolicy:
    try:
        return QueuePolicy.model_validate({**dict(policy), **changes})
    except ValidationError as error:
        raise InvalidJob(f"policy: {explained(error)}") from error


def _with_types(policy: QueuePolicy, types: Collection[str]) -> QueuePolicy:
    return policy.model_copy(update={"paused_types": frozenset(types)})
