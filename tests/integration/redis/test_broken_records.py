"""Records that lost a part: what is left is dealt with, and the others are not disturbed."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from redis.asyncio import Redis

from jobsys.domain.attempt_error import AttemptError
from jobsys.domain.envelope import Header
from jobsys.domain.job_id import JobId
from jobsys.domain.move import Move
from jobsys.domain.payload import JobPayload
from jobsys.domain.status import JobEvent, JobStatus, Reason
from jobsys.ports.job_queue import LeaseState, Renewal
from jobsys.ports.submission import Receipt, Submission
from jobsys.ports.sweep import Sweep
from jobsys.ports.turn import Claim, TurnTicket
from jobsys.testing.redis_backend import RedisBackend
from jobsys.testing.virtual_clock import START

LEASE = timedelta(seconds=10)
ERROR = AttemptError(attempt=1, at=START, code="X", type="Broken", message="broken")


@pytest.fixture
async def backend(clean_redis_url: str) -> AsyncIterator[RedisBackend]:
    made = RedisBackend(clean_redis_url)
    yield made
    await made.close()


def submission(queue: str, key: str) -> Submission:
    return Submission(JobId.of(queue, key), Header(type="noop"), JobPayload(b"{}"))


async def test_a_dead_letter_that_lost_its_payload_still_owns_its_key(
    backend: RedisBackend,
) -> None:
    await backend.queue.enqueue([submission("default", "job")])
    await backend.damage(JobId.of("default", "job"), None)
    [lease] = (
        await backend.queue.turn(TurnTicket("l", 1), [], [Claim("default", 1)], LEASE)
    ).leases
    assert lease.record.damage is Reason.PAYLOAD_MISSING
    dead = lease.buried(JobEvent.CORRUPT, ERROR, Reason.PAYLOAD_MISSING)
    await backend.queue.turn(TurnTicket("l", 2), [dead], [], LEASE)
    assert await backend.queue.enqueue([submission("default", "job")]) == [Receipt.EXISTS]


@pytest.mark.parametrize("wrong", [b"whatever", b"\xff", b"normal 0 0 - 0 \xff"])
async def test_a_lease_whose_state_is_broken_behind_its_head_can_still_be_settled(
    backend: RedisBackend, clean_redis_url: str, wrong: bytes
) -> None:
    await backend.queue.enqueue([submission("default", "job")])
    await backend.queue.turn(TurnTicket("l", 1), [], [Claim("default", 1)], LEASE)
    async with Redis.from_url(clean_redis_url) as redis:
        state = await redis.hget("jobs:state:default", "job")
        assert isinstance(state, bytes)
        await redis.hset("jobs:state:default", "job", state.replace(b"normal", wrong))
    await backend.advance(LEASE)
    [lease] = await backend.queue.reclaim(TurnTicket("t", 1), ["default"], 10, LEASE)
    assert (lease.record.status, lease.record.damage) == (JobStatus.PROCESSING, Reason.CORRUPT)
    dead = lease.buried(JobEvent.CORRUPT, ERROR, Reason.CORRUPT)
    assert not (await backend.queue.turn(TurnTicket("t", 2), [dead], [], LEASE)).refused


async def test_a_damaged_queue_keeps_no_other_from_its_tick_and_its_reclaim(
    backend: RedisBackend, clean_redis_url: str
) -> None:
    await backend.queue.enqueue([submission("sound", "job"), submission("broken", "job")])
    await backend.queue.turn(TurnTicket("l", 1), [], [Claim("sound", 1)], LEASE)
    async with Redis.from_url(clean_redis_url) as redis:
        await redis.delete("jobs:data:broken")
        await redis.set("jobs:data:broken", "foreign")
    await backend.advance(LEASE)
    queues = ["broken", "sound"]
    assert (await backend.queue.tick(queues, 10)).leased == 1
    freed = await backend.queue.reclaim(TurnTicket("t", 1), queues, 10, LEASE)
    assert [lease.record.id for lease in freed] == ["sound:job"]


async def test_a_damaged_queue_keeps_no_other_from_the_renewal_of_its_leases(
    backend: RedisBackend, clean_redis_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    await backend.queue.enqueue([submission("sound", "job"), submission("broken", "job")])
    claims = [Claim("sound", 1), Claim("broken", 1)]
    leases = (await backend.queue.turn(TurnTicket("l", 1), [], claims, LEASE)).leases
    renewals = [Renewal(lease.record.id, 1, "l", 50) for lease in leases]
    async with Redis.from_url(clean_redis_url) as redis:
        await redis.rename("jobs:processing:broken", "aside")
        await redis.set("jobs:processing:broken", "foreign")
        states = await backend.queue.extend(renewals, 2 * LEASE)
        assert dict(zip([lease.record.id for lease in leases], states, strict=True)) == {
            "sound:job": LeaseState.HELD,
            "broken:job": LeaseState.UNKNOWN,
        }
        assert "queue broken: " in caplog.text
        await redis.rename("aside", "jobs:processing:broken")
    await backend.advance(LEASE)
    freed = await backend.queue.reclaim(TurnTicket("t", 1), ["broken", "sound"], 10, LEASE)
    assert [lease.record.id for lease in freed] == ["broken:job"]


async def test_notes_beside_the_counts_that_are_no_numbers_stop_nothing(
    backend: RedisBackend,
) -> None:
    job_id = JobId.of("default", "job")
    await backend.queue.enqueue([submission("default", "job")])
    async with Redis.from_url(backend.url) as redis:
        for field in ("looked", "spared", "marks"):
            await redis.hset("jobs:counts:default", field, "damaged")
    moves = [Move(job_id, JobEvent.CANCEL), Move(job_id, JobEvent.REPLAYED)]
    assert [moved.applied for moved in await backend.queue.move(moves)] == [True, True]
    [lease] = (
        await backend.queue.turn(TurnTicket("l", 1), [], [Claim("default", 1)], LEASE)
    ).leases
    await backend.advance(LEASE)
    [taken] = await backend.queue.reclaim(
        TurnTicket("l", 2), ["default"], 10, LEASE, Sweep(grace=LEASE)
    )
    assert taken.record.id == lease.record.id == job_id
