"""Brings a job into any state that it can have."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final

from jobsys.domain.job_id import JobId
from jobsys.domain.lease import Lease
from jobsys.domain.move import Move
from jobsys.domain.status import JobEvent, JobStatus, Reason
from jobsys.testing.backend import BackendUnderTest
from jobsys.testing.endings import ended
from jobsys.testing.jobs import CRASH, LEASE_FOR, QUEUE, blocked, id_of, job, look
from jobsys.testing.lane import Lane

NOW: Final = timedelta(0)


async def bring_to(backend: BackendUnderTest, status: JobStatus, key: str = "job") -> JobId:
    """Submits a job and leads it to `status`, by moves that the table allows.

    Unless it is BLOCKED, it has failed once and crashed once before, so that what a move does to
    its counters can be seen. The queue's other jobs must not be ready, nor their leases run out.
    """
    await _PATHS[status](backend, key)
    return id_of(key)


async def lease_of(backend: BackendUnderTest, job_id: JobId) -> Lease:
    """Returns a lease with the job's own token and lane; forged when no worker holds the job."""
    record = await look(backend, job_id.key, job_id.queue)
    if not record.status.is_leased:
        standing = replace(record.standing, status=JobStatus.PROCESSING)
        record = replace(record, standing=standing)
    return Lease(record, await backend.now() + LEASE_FOR)


async def cancel(backend: BackendUnderTest, key: str) -> None:
    """Asks for a job's cancel."""
    await backend.queue.move([Move(id_of(key), JobEvent.CANCEL)])


async def _to_blocked(backend: BackendUnderTest, key: str) -> None:
    await backend.queue.enqueue([blocked(key)])


async def _to_queued(backend: BackendUnderTest, key: str) -> None:
    await backend.queue.enqueue([job(key)])
    lane = Lane(backend.queue)
    await lane.settle((await lane.claim_one()).failed(CRASH, NOW, Reason.EXHAUSTED))
    await backend.queue.tick([QUEUE], 100)
    await lane.claim_one()
    await backend.advance(LEASE_FOR)
    [expired] = await lane.reclaim()
    await lane.settle(ended(expired, JobEvent.LEASE_EXPIRED))


async def _to_processing(backend: BackendUnderTest, key: str) -> None:
    await _to_queued(backend, key)
    await Lane(backend.queue).claim_one()


async def _to_cancelling(backend: BackendUnderTest, key: str) -> None:
    await _to_processing(backend, key)
    await cancel(backend, key)


async def _to_cancelled(backend: BackendUnderTest, key: str) -> None:
    await _to_queued(backend, key)
    await cancel(backend, key)


def _by(
    event: JobEvent, *, for_good: bool = False
) -> Callable[[BackendUnderTest, str], Awaitable[None]]:
    async def path(backend: BackendUnderTest, key: str) -> None:
        await _to_queued(backend, key)
        lane = Lane(backend.queue)
        await lane.settle(ended(await lane.claim_one(), event, for_good=for_good))

    return path


_PATHS: Final[Mapping[JobStatus, Callable[[BackendUnderTest, str], Awaitable[None]]]] = {
    JobStatus.BLOCKED: _to_blocked,
    JobStatus.QUEUED: _to_queued,
    JobStatus.SCHEDULED: _by(JobEvent.HELD),
    JobStatus.PROCESSING: _to_processing,
    JobStatus.CANCELLING: _to_cancelling,
    JobStatus.RETRYING: _by(JobEvent.FAILED),
    JobStatus.COMPLETED: _by(JobEvent.SUCCEEDED),
    JobStatus.FAILED: _by(JobEvent.FAILED, for_good=True),
    JobStatus.CANCELLED: _to_cancelled,
}
