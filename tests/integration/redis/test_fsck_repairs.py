"""How jobs go on that `jobsys fsck` has mended, and what it leaves alone."""

from itertools import count

from redis.asyncio import Redis

from jobsys.domain.instants import to_ms
from jobsys.domain.move import Move
from jobsys.domain.status import JobEvent, Reason
from jobsys.ports.job_queue import LeaseState, Renewal
from jobsys.ports.store_checker import Finding, FindingKind
from jobsys.testing.jobs import CRASH, HOUR, LEASE_FOR, QUEUE, SECOND, id_of, job, jobs, look
from jobsys.testing.lane import Lane
from jobsys.testing.redis_backend import RedisBackend
from tests.integration.redis.damage import (
    CRITICAL,
    DAMAGES,
    DELAYED,
    LEASED,
    LOW,
    STATE,
    contents,
    do,
)
from tests.support.damage import kinds
from tests.support.many_jobs import fsck


async def test_all_damage_at_once_is_mended(full_backend: RedisBackend, redis: Redis) -> None:
    for damage in DAMAGES.values():
        await do(redis, damage.how)
    assert len(kinds(await fsck(full_backend))) > 8
    assert (await fsck(full_backend, repair=True)).is_clean
    assert (await fsck(full_backend)).outcomes == []


async def test_a_job_that_has_lost_its_entry_is_the_next_to_run(
    full_backend: RedisBackend, redis: Redis
) -> None:
    await do(redis, [("LREM", CRITICAL, 0, "ready-120")])
    await fsck(full_backend, repair=True)
    assert await Lane(full_backend.queue).claim_keys(2) == ["ready-120", "ready-000"]


async def test_of_an_entry_that_stands_in_its_list_twice_the_first_stays(
    full_backend: RedisBackend, redis: Redis
) -> None:
    await do(redis, [("RPUSH", CRITICAL, "ready-000")])
    await fsck(full_backend, repair=True)
    assert await redis.lindex(CRITICAL, 0) == b"ready-000"
    assert await redis.lindex(CRITICAL, -1) != b"ready-000"


async def test_a_worker_that_lives_keeps_a_job_whose_lease_was_lost_and_mended(
    full_backend: RedisBackend, redis: Redis
) -> None:
    lane = Lane(full_backend.queue)
    lease = await lane.claim_one()
    await do(redis, [("ZREM", LEASED, lease.record.id.key)])
    await fsck(full_backend, repair=True)
    await full_backend.advance(LEASE_FOR / 2)
    assert lease.record.id not in {one.record.id for one in await lane.reclaim()}
    standing = lease.record.standing
    renewal = Renewal(lease.record.id, standing.token, standing.lane)
    assert await full_backend.queue.extend([renewal], LEASE_FOR) == [LeaseState.HELD]
    await full_backend.advance(LEASE_FOR / 2)
    assert lease.record.id not in {one.record.id for one in await lane.reclaim()}
    assert not (await lane.settle(lease.succeeded(None))).refused
    assert (await fsck(full_backend)).outcomes == []


async def test_the_state_that_could_not_be_read_is_kept_in_the_history(
    full_backend: RedisBackend, redis: Redis
) -> None:
    await do(redis, [("HSET", STATE, "retry-001", "nonsense")])
    await fsck(full_backend, repair=True)
    last = (await look(full_backend, "retry-001")).errors[-1]
    assert "nonsense" in last.message


async def test_a_job_that_moves_between_the_look_and_the_repair_is_left_alone(
    full_backend: RedisBackend, redis: Redis
) -> None:
    await do(redis, [("RPUSH", LOW, "ready-002"), ("ZADD", DELAYED, 5, "ready-006")])
    steps = [step async for step in full_backend.checker.check()]
    found = [finding for step in steps for finding in step.findings]
    assert len(found) == 2
    await Lane(full_backend.queue).claim(500)
    before = await contents(redis)
    assert await full_backend.checker.mend(found) == [False, False]
    assert await contents(redis) == before


async def test_what_somebody_else_has_mended_meanwhile_is_left_alone(
    full_backend: RedisBackend, redis: Redis
) -> None:
    await do(redis, [("RPUSH", LOW, "ready-002"), ("ZREM", DELAYED, "later-001")])
    steps = [step async for step in full_backend.checker.check()]
    found = [finding for step in steps for finding in step.findings]
    assert len(found) == 2
    due = (await look(full_backend, "later-001")).standing.due_at
    assert due is not None
    await do(redis, [("LREM", LOW, 0, "ready-002"), ("ZADD", DELAYED, to_ms(due), "later-001")])
    before = await contents(redis)
    assert await full_backend.checker.mend(found) == [False, False]
    assert await contents(redis) == before


async def test_more_entries_than_a_page_are_looked_at(
    full_backend: RedisBackend, redis: Redis
) -> None:
    await full_backend.queue.enqueue([job(f"many-{n:04}", queue="many") for n in range(2500)])
    await do(
        redis, [("LREM", "jobs:queue:many:normal", 0, f"many-{n:04}") for n in (0, 1200, 2499)]
    )
    await do(redis, [("LREM", CRITICAL, 0, "ready-000")])
    report = await fsck(full_backend, ["many"], repair=True)
    assert [finding.subject for finding, _ in report.outcomes] == [
        "many:many-0000",
        "many:many-1200",
        "many:many-2499",
    ]
    assert await redis.llen("jobs:queue:many:normal") == 2500


async def test_each_entry_of_a_long_list_is_looked_at(
    full_backend: RedisBackend, redis: Redis
) -> None:
    keys = [f"many-{n:04}" for n in range(2500)]
    await full_backend.queue.enqueue([job(key, queue="many") for key in keys])
    await redis.delete("jobs:data:many")
    report = await fsck(full_backend, ["many"], repair=True)
    buried = [f.subject for f, _ in report.outcomes if f.kind is FindingKind.NO_RECORD]
    assert buried == [f"many:{key}" for key in keys]
    assert (await fsck(full_backend)).outcomes == []
    assert await redis.zcard("jobs:failed:many") == 2500


async def test_keys_of_other_namespaces_are_nobodys_business(
    full_backend: RedisBackend, redis: Redis
) -> None:
    await do(redis, [("SET", "jobs2:mine", "1"), ("SET", "jobs", "1"), ("SET", "my:jobs:x", "1")])
    assert (await fsck(full_backend)).outcomes == []


async def test_jobs_that_move_at_each_step_of_a_look_are_no_finding(
    full_backend: RedisBackend,
) -> None:
    lane, numbers, left_out = Lane(full_backend.queue), count(), ""
    found: list[Finding] = []
    async for step in full_backend.checker.check():
        number = next(numbers)
        [first, second, third] = await lane.claim(3)
        await lane.settle(
            first.succeeded(b"1"), second.failed(CRASH, HOUR, Reason.EXHAUSTED), third.released()
        )
        await full_backend.queue.enqueue(jobs(f"new-{number}", f"more-{number}"))
        await full_backend.queue.move([Move(id_of(f"more-{number}"), JobEvent.CANCEL)])
        await full_backend.advance(SECOND)
        await full_backend.queue.tick([QUEUE], 100)
        found += step.findings
        left_out += step.left_out
    assert found == []
    assert left_out == f"queue {QUEUE}: jobs moved, so that its counts could not be compared"
