"""A listing is no snapshot, and misses no job for that."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import pytest

from jobsys.adapters.redis.job_inspector import RedisJobInspector
from jobsys.domain.envelope import Header
from jobsys.domain.job_id import JobId
from jobsys.domain.payload import JobPayload
from jobsys.domain.status import JobStatus
from jobsys.ports.job_inspector import JobQuery
from jobsys.ports.submission import Submission
from jobsys.ports.turn import Claim, TurnTicket
from jobsys.testing.redis_backend import RedisBackend

LEASE = timedelta(seconds=10)
FILLED = RedisJobInspector._filled  # pyright: ignore[reportPrivateUsage] (between the two looks of a listing)


@pytest.fixture
async def backend(clean_redis_url: str) -> AsyncIterator[RedisBackend]:
    made = RedisBackend(clean_redis_url)
    yield made
    await made.close()


async def test_a_job_that_ends_while_a_listing_begins_is_listed(
    backend: RedisBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue, job_id = backend.queue, JobId.of("default", "job")
    await queue.enqueue([Submission(job_id, Header(type="noop"), JobPayload(b"{}"))])

    async def and_then_it_ends(
        inspector: RedisJobInspector, queues: Sequence[str], status: JobStatus | None
    ) -> Sequence[str]:
        found = await FILLED(inspector, queues, status)
        [lease] = (await queue.turn(TurnTicket("lane", 1), [], [Claim("default", 1)], LEASE)).leases
        await queue.turn(TurnTicket("lane", 2), [lease.succeeded(None)], [], LEASE)
        return found

    monkeypatch.setattr(RedisJobInspector, "_filled", and_then_it_ends)
    page = await backend.inspector.find(JobQuery(), 10)
    assert [(one.id, one.status) for one in page.records] == [(job_id, JobStatus.COMPLETED)]
