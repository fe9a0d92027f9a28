"""Damage that Redis commands do to a store: it is named, it is mended, and no job is lost."""

import pytest
from redis.asyncio import Redis

from jobsys.application.store_check import Outcome
from jobsys.domain.job_id import JobId
from jobsys.domain.status import JobStatus
from jobsys.ports.store_checker import FindingKind
from jobsys.testing.jobs import QUEUE, id_of
from jobsys.testing.redis_backend import RedisBackend
from tests.integration.redis.damage import BY_HAND, COUNTS, DAMAGES, DATA, contents, do
from tests.support.damage import kinds, outcomes, subjects
from tests.support.many_jobs import WAITING, fsck, ids_in, run_to_the_end


async def test_a_store_with_jobs_in_every_state_is_clean(
    full_backend: RedisBackend, redis: Redis
) -> None:
    before = await contents(redis)
    report = await fsck(full_backend, repair=True)
    assert (report.outcomes, report.left_out, report.is_clean) == ([], [], True)
    assert await contents(redis) == before


@pytest.mark.parametrize("name", DAMAGES)
async def test_damage_is_named_and_mended_and_no_job_is_lost(
    full_backend: RedisBackend, redis: Redis, name: str
) -> None:
    damage = DAMAGES[name]
    waiting = await ids_in(full_backend, *WAITING)
    await do(redis, damage.how)
    damaged, before = await redis.hgetall(DATA), await contents(redis)

    report = await fsck(full_backend)
    assert subjects(report, damage.kind) == [damage.subject]
    assert kinds(report) == {damage.kind} | damage.follows
    assert outcomes(report) == {Outcome.FOUND}
    assert not report.is_clean
    assert await contents(redis) == before

    assert (await fsck(full_backend, repair=True)).is_clean
    assert (await fsck(full_backend)).outcomes == []
    assert await redis.hgetall(DATA) == damaged
    never = {id_of(damage.never_runs)} if damage.never_runs else set[JobId]()
    assert await run_to_the_end(full_backend) == waiting - never
    assert never <= await ids_in(full_backend, JobStatus.FAILED)


@pytest.mark.parametrize("name", BY_HAND)
async def test_what_a_person_must_decide_is_named_and_left_as_it_is(
    full_backend: RedisBackend, redis: Redis, name: str
) -> None:
    damage = BY_HAND[name]
    await do(redis, damage.how)
    before = await contents(redis)
    for repair in (False, True):
        report = await fsck(full_backend, repair=repair)
        assert subjects(report, damage.kind) == [damage.subject]
        assert outcomes(report) == {Outcome.BY_HAND}
        assert not report.is_clean
        assert await contents(redis) == before


async def test_counts_are_compared_while_a_worker_only_looks_for_expired_leases(
    full_backend: RedisBackend, redis: Redis
) -> None:
    await redis.hset(COUNTS, "now:completed", "7")
    found = set[FindingKind]()
    async for step in full_backend.checker.check([QUEUE]):
        await redis.hincrby(COUNTS, "looked", 1)
        assert step.left_out == ""
        found |= {finding.kind for finding in step.findings}
    assert found == {FindingKind.WRONG_COUNTS}
