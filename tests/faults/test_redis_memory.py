"""A Redis whose memory is full, that throws jobs away, or that is emptied under load."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import cast

import pytest
from redis.asyncio import Redis

from jobsys import JobStatus
from jobsys.domain.status import Reason
from jobsys.ports.errors import QueueUnavailable
from tests.support.redis_server import RedisServer
from tests.support.workplace import LEASE_FOR, Workplace, runs, workplaces

LEASED = "jobs:processing:default"


@pytest.fixture
def server(redis_binary: Path) -> Iterator[RedisServer]:
    with RedisServer(redis_binary, appendonly=True) as running:
        yield running


@pytest.fixture
async def admin(server: RedisServer) -> AsyncIterator["Redis"]:
    async with Redis.from_url(server.url) as client:
        yield client


async def renewed(admin: "Redis") -> None:
    """Returns once every lease lasts longer than it did when it was taken."""
    [[_, first]] = cast(
        "list[tuple[bytes, float]]", await admin.zrange(LEASED, 0, 0, withscores=True)
    )
    beyond = first + LEASE_FOR.total_seconds() * 1000
    while await admin.zcount(LEASED, "-inf", beyond):  # noqa: ASYNC110 (a condition in Redis)
        await asyncio.sleep(0.05)


async def test_a_full_redis_refuses_new_jobs_and_says_why_and_running_ones_end_once(
    server: RedisServer, admin: "Redis"
) -> None:
    async with workplaces(server.url) as places:
        one = places[0]
        one.gate.clear()
        accepted = await one.submit(20)
        await one.until(JobStatus.PROCESSING, 8)
        await admin.config_set("maxmemory", 1)
        with pytest.raises(QueueUnavailable, match=r"memory is full: raise maxmemory"):
            await one.submit(1)
        await renewed(admin)
        one.gate.set()
        await one.until(JobStatus.COMPLETED, 20)
        assert runs(places) == dict.fromkeys(accepted, 1)
        await admin.config_set("maxmemory", 0)
        await one.submit(5)
        await one.until(JobStatus.COMPLETED, 25)


async def test_a_redis_that_evicts_is_critical_in_the_log_of_each_start(
    server: RedisServer, admin: "Redis", caplog: pytest.LogCaptureFixture
) -> None:
    await admin.config_set("maxmemory-policy", "allkeys-lru")
    await admin.config_set("maxmemory", "100mb")
    container = Workplace(server.url).container
    await container.backend().start()
    await container.durability_check().start()
    await container.backend().stop()
    [told] = [one for one in caplog.records if one.name == "jobsys.durability"]
    assert told.levelname == "CRITICAL"
    assert "REDIS_EVICTS" in told.getMessage()
    assert "set maxmemory-policy noeviction" in told.getMessage()


async def test_jobs_that_lost_their_payload_are_dead_letters_and_all_others_are_done(
    server: RedisServer, admin: "Redis"
) -> None:
    place = Workplace(server.url)
    accepted = await place.submit(100)
    robbed = set(accepted[::10])
    await admin.hdel("jobs:data:default", *(job_id.partition(":")[2] for job_id in robbed))
    async with place.container.lifecycle():
        await place.until(JobStatus.COMPLETED, 90)
        await place.until(JobStatus.FAILED, 10)
        dead = (await place.jobs.find(status=JobStatus.FAILED)).records
    assert {str(record.id) for record in dead} == robbed
    assert {record.standing.reason for record in dead} == {Reason.PAYLOAD_MISSING}
    assert all(record.attempts <= 1 for record in dead)
    assert place.begun == dict.fromkeys(set(accepted) - robbed, 1)


async def test_workers_go_on_after_everything_was_removed_under_their_hands(
    server: RedisServer, admin: "Redis"
) -> None:
    async with workplaces(server.url) as places:
        one = places[0]
        one.gate.clear()
        before = await one.submit(30)
        await one.until(JobStatus.PROCESSING, 8)
        await admin.flushall()
        one.gate.set()
        after = await one.submit(30)
        await one.until(JobStatus.COMPLETED, 30)
        counts = (await one.jobs.counts())["default"]
        assert counts.ever[JobStatus.COMPLETED] == 30
        assert {job_id: runs(places)[job_id] for job_id in after} == dict.fromkeys(after, 1)
        assert len(set(runs(places)) & set(before)) == 8
