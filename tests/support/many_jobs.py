"""A store with some hundred jobs in every state, and what proves that none of them is lost."""

from collections.abc import Collection
from datetime import timedelta
from typing import Final

from jobsys.application.store_check import CheckStore, StoreReport
from jobsys.domain.job_id import JobId
from jobsys.domain.move import Move
from jobsys.domain.priority import ALL_LEVELS, JobPriority
from jobsys.domain.status import JobEvent, JobStatus, Reason
from jobsys.testing.backend import StoreCheckerUnderTest
from jobsys.testing.jobs import CRASH, EVERYTHING, HOUR, LEASE_FOR, QUEUE, id_of, job
from jobsys.testing.lane import Lane
from jobsys.testing.schedules import schedule
from jobsys.testing.virtual_clock import START

EACH: Final = 30
RETRY_IN: Final = timedelta(minutes=5)
WAITING: Final = set(JobStatus) - {JobStatus.COMPLETED, JobStatus.CANCELLED, JobStatus.FAILED}
"""The states from which every job runs to its end."""


async def filled(backend: StoreCheckerUnderTest) -> None:
    """Makes jobs of each state and level, and schedules.

    They are called `ready-…`, `later-…`, `held-…`, `retry-…`, `done-…`, `dead-…` and `void-…`.
    """
    lane = Lane(backend.queue)
    await backend.queue.enqueue([job(f"done-{n:03}") for n in range(3)])
    await lane.settle(*[lease.succeeded(b'"ok"') for lease in await lane.claim()])
    await backend.queue.enqueue([job(f"dead-{n:03}") for n in range(EACH)])
    leases = await lane.claim()
    await lane.settle(*[lease.failed(CRASH, None, Reason.EXHAUSTED) for lease in leases])
    await backend.queue.enqueue([job(f"retry-{n:03}") for n in range(EACH)])
    leases = await lane.claim()
    await lane.settle(*[lease.failed(CRASH, RETRY_IN, Reason.EXHAUSTED) for lease in leases])
    await backend.queue.enqueue([job(f"held-{n:03}") for n in range(EACH)])
    await lane.claim()
    await backend.queue.enqueue([job(f"later-{n:03}", due=HOUR) for n in range(EACH)])
    await backend.queue.enqueue([job(f"void-{n:03}") for n in range(3)])
    await backend.queue.move([Move(id_of("void-001"), JobEvent.CANCEL)])
    await backend.queue.enqueue(
        [job(f"ready-{n:03}", priority=ALL_LEVELS[n % 4]) for n in range(5 * EACH)]
    )
    await backend.queue.enqueue([job("other", queue="other", priority=JobPriority.LOW)])
    await backend.scheduler.put([schedule("known", START + 9 * HOUR), schedule("paused", None)])


async def run_to_the_end(backend: StoreCheckerUnderTest) -> set[JobId]:
    """Runs every job that waits or whose lease runs out, and returns the ids of those that ran."""
    lane, ran = Lane(backend.queue), set[JobId]()
    await backend.advance(max(LEASE_FOR, 2 * HOUR))
    for queue in (QUEUE, "other"):
        expired = await lane.reclaim(queue, limit=500)
        await lane.settle(*[lease.released() for lease in expired if not lease.record.damage])
        await backend.queue.tick([queue], 500)
        while leases := await lane.claim(500, queue):
            await lane.settle(*[lease.succeeded(None) for lease in leases])
            ran |= {lease.record.id for lease in leases}
    return ran


async def fsck(
    backend: StoreCheckerUnderTest, queues: Collection[str] = (), *, repair: bool = False
) -> StoreReport:
    """Runs what `jobsys fsck` runs."""
    return await CheckStore(list(queues), repair).run(backend.checker, lambda _: None)


async def ids_in(backend: StoreCheckerUnderTest, *statuses: JobStatus) -> set[JobId]:
    """Returns the ids of the jobs that stand in one of these states."""
    records = (await backend.inspector.find(EVERYTHING, 1000)).records
    return {record.id for record in records if record.status in statuses}
