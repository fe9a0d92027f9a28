"""Clocks that are wrong: those of the workers, and that of Redis."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from dependency_injector.providers import Object
from redis.asyncio import Redis

from jobsys import JobStatus
from jobsys.adapters.redis.store import RedisStore
from jobsys.domain.instants import from_ms
from jobsys.ports.clock import Clock
from tests.support.workplace import LEASE_FOR, SOON, Errand, Workplace, runs

HOUR = timedelta(hours=1)
LEASED = "jobs:processing:default"
JUMPED = "virtual:jumped"
JUMPING = f"""
local function clock()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000) + tonumber(redis.call('GET', '{JUMPED}') or '0')
end
"""
"""The clock of a Redis whose host's clock is set anew, by so many milliseconds in all."""


class WrongClock(Clock):
    """Shows another time than it is."""

    def __init__(self, ahead: timedelta) -> None:
        self._ahead = ahead

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead


@pytest.fixture
async def admin(clean_redis_url: str) -> AsyncIterator["Redis"]:
    async with Redis.from_url(clean_redis_url) as client:
        yield client


async def redis_now(admin: "Redis") -> datetime:
    seconds, microseconds = await admin.time()
    return from_ms(int(seconds) * 1000 + int(microseconds) // 1000)


def wrong(url: str, gate: asyncio.Event, ahead: timedelta) -> Workplace:
    place = Workplace(url, gate)
    place.container.clock.override(Object(WrongClock(ahead)))
    return place


@pytest.fixture
def jumping(clean_redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Workplace:
    """A workplace on a Redis whose clock can jump."""
    store = partial(RedisStore, clock=JUMPING)
    monkeypatch.setattr("jobsys.adapters.redis.backend.RedisStore", store)
    return Workplace(clean_redis_url)


async def test_workers_whose_clocks_are_wrong_start_nothing_early_and_take_no_job_away(
    clean_redis_url: str, admin: "Redis"
) -> None:
    gate = asyncio.Event()
    places = [wrong(clean_redis_url, gate, ahead) for ahead in (HOUR, -HOUR)]
    fast, slow = places
    async with fast.container.lifecycle(), slow.container.lifecycle():
        held = await fast.submit(6)
        await fast.until(JobStatus.PROCESSING, 6)
        begun = await redis_now(admin)
        while await redis_now(admin) < begun + LEASE_FOR * 2:  # noqa: ASYNC110 (another's clock)
            await asyncio.sleep(0.05)
        assert runs(places) == dict.fromkeys(held, 1)
        gate.set()
        delayed = [
            await place.jobs.submit(Errand(), delay=timedelta(seconds=delay))
            for place in places
            for delay in (0.2, 0.6, 1.0)
        ]
        records = [await fast.jobs.wait(job_id, SOON) for job_id in delayed]
    for record, delay in zip(records, (0.2, 0.6, 1.0) * 2, strict=True):
        started = record.standing.started_at
        assert started is not None
        assert started >= record.created_at + timedelta(seconds=delay)
    assert runs(places) == dict.fromkeys([*held, *delayed], 1)


async def test_a_redis_whose_clock_jumps_ahead_frees_running_jobs_once_and_no_end_counts_twice(
    jumping: Workplace, admin: "Redis"
) -> None:
    place = jumping
    place.gate.clear()
    async with place.container.lifecycle():
        accepted = await place.submit(12)
        await place.until(JobStatus.PROCESSING, 4)
        await admin.set(JUMPED, int(HOUR.total_seconds() * 1000))
        await asyncio.sleep(1)  # a tick, which may take the jobs away
        place.gate.set()
        await place.until(JobStatus.COMPLETED, 12)
        counts = (await place.jobs.counts())["default"]
    assert counts.ever[JobStatus.COMPLETED] == 12
    assert counts.now[JobStatus.FAILED] == 0
    assert set(place.begun) == set(accepted)
    assert max(place.begun.values()) <= 2


async def test_a_redis_whose_clock_jumps_back_keeps_its_jobs_and_delays_follow_the_clock(
    jumping: Workplace, admin: "Redis"
) -> None:
    place = jumping
    place.gate.clear()
    async with place.container.lifecycle():
        await place.submit(12)
        await place.until(JobStatus.PROCESSING, 4)
        delayed = await place.jobs.submit(Errand(), delay=timedelta(seconds=1))
        await admin.set(JUMPED, -int(HOUR.total_seconds() * 1000))
        latest = (await redis_now(admin) - HOUR + LEASE_FOR * 2).timestamp() * 1000
        while await admin.zcount(LEASED, latest, "+inf"):  # noqa: ASYNC110 (a condition in Redis)
            await asyncio.sleep(0.05)
        place.gate.set()
        await place.until(JobStatus.COMPLETED, 12)
        assert (await place.jobs.get(delayed)).status is JobStatus.SCHEDULED
        await admin.delete(JUMPED)
        assert (await place.jobs.wait(delayed, SOON)).status is JobStatus.COMPLETED
    assert set(place.begun.values()) == {1}
