"""What is not as it must be is found, and said in words."""

from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from jobsys.adapters.redis.key_layout import KeyLayout
from jobsys.domain.priority import JobPriority
from jobsys.testing.faults.crash_story import CrashStory
from jobsys.testing.faults.invariants import violations
from jobsys.testing.faults.ledger import Ledger
from jobsys.testing.jobs import QUEUE, id_of, jobs
from jobsys.testing.lane import Lane
from jobsys.testing.redis_backend import RedisBackend

KEYS = KeyLayout()


@pytest.fixture
async def backend(clean_redis_url: str, ledger: Ledger) -> AsyncIterator[RedisBackend]:
    """A backend in which a whole story has happened."""
    backend = RedisBackend(clean_redis_url, keep_last=100)
    await CrashStory(backend.queue, backend, ledger).act()
    yield backend
    await backend.close()


@pytest.fixture
async def behind(clean_redis_url: str) -> AsyncIterator[Redis]:
    """A client that writes behind the backend's back."""
    async with Redis.from_url(clean_redis_url) as client:
        yield client


async def test_a_story_in_which_nobody_dies_violates_nothing(
    backend: RedisBackend, ledger: Ledger
) -> None:
    assert await violations(backend, ledger, drained=True) == []


@pytest.mark.parametrize(
    ("what", "key", "token", "said"),
    [
        ("accepted", "other", 0, "emails:other was accepted and is lost"),
        ("begin", "done", 1, "emails:done was given the token 1 after 1"),
        ("begin", "done", 9, "emails:done has the token 1, and had 9"),
        ("completed", "done", 0, "emails:done has ended 2 times"),
        ("early", "done", 0, "emails:done was begun before it was due"),
    ],
)
async def test_what_a_ledger_tells_against_the_backend_is_found(
    what: str, key: str, token: int, said: str, backend: RedisBackend, ledger: Ledger
) -> None:
    ledger.note(what, id_of(key), token)
    assert await violations(backend, ledger, drained=True) == [said]


async def test_an_end_that_is_not_the_one_that_was_told_is_found(
    backend: RedisBackend, ledger: Ledger
) -> None:
    await backend.queue.enqueue(jobs("extra"))
    ledger.note("failed", id_of("extra"))
    await Lane(backend.queue).settle((await Lane(backend.queue).claim_one()).succeeded(None))
    assert await violations(backend, ledger, drained=True) == [
        "emails:extra ended as failed and is completed"
    ]


async def test_a_job_that_has_not_ended_is_stuck_only_where_all_must_have(
    backend: RedisBackend, ledger: Ledger
) -> None:
    await backend.queue.enqueue(jobs("extra"))
    assert await violations(backend, ledger, drained=False) == []
    assert await violations(backend, ledger, drained=True) == ["emails:extra is stuck as queued"]


async def test_a_job_in_two_places_is_found(
    backend: RedisBackend, ledger: Ledger, behind: Redis
) -> None:
    await backend.queue.enqueue(jobs("extra"))
    await behind.rpush(KEYS.ready(QUEUE, JobPriority.NORMAL), "extra")
    assert "emails:extra is in 2 places" in await violations(backend, ledger, drained=False)


async def test_a_wrong_count_is_found(backend: RedisBackend, ledger: Ledger, behind: Redis) -> None:
    await behind.hincrby(KEYS.counts(QUEUE), "now:failed", 1)
    await behind.hincrby(KEYS.counts(QUEUE), "ever:completed", 1)
    assert await violations(backend, ledger, drained=True) == [
        "6 jobs are counted as ever completed, and 5 are",
        "2 jobs are counted as failed, and 1 are",
    ]
