"""Damage that Redis commands do to a store: it is named, it is mended, and no job is lost."""

from functools import partial

import pytest
from redis.asyncio import Redis

from jobsys.ports.store_checker import FindingKind
from jobsys.testing.jobs import QUEUE
from jobsys.testing.redis_backend import RedisBackend
from tests.integration.redis.damage import BY_HAND, COUNTS, DAMAGES, DATA, Command, contents, do
from tests.support.damaged_store import DamagedStore


@pytest.fixture
def store(full_backend: RedisBackend, redis: Redis) -> DamagedStore[Command]:
    return DamagedStore(
        full_backend, partial(do, redis), partial(contents, redis), partial(redis.hgetall, DATA)
    )


async def test_a_store_with_jobs_in_every_state_is_clean(store: DamagedStore[Command]) -> None:
    await store.expect_clean()


@pytest.mark.parametrize("name", DAMAGES)
async def test_damage_is_named_and_mended_and_no_job_is_lost(
    store: DamagedStore[Command], name: str
) -> None:
    await store.expect_mended(DAMAGES[name])


@pytest.mark.parametrize("name", BY_HAND)
async def test_what_a_person_must_decide_is_named_and_left_as_it_is(
    store: DamagedStore[Command], name: str
) -> None:
    await store.expect_left(BY_HAND[name])


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
