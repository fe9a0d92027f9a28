"""Cancels and time limits around calls to Redis."""

import asyncio
from datetime import timedelta

import pytest

from jobsys.adapters.redis.store import LONGEST_BLOCK
from jobsys.domain.job_id import JobId
from jobsys.ports.job_inspector import JobInspector
from jobsys.testing.redis_backend import RedisBackend

NOBODY = JobId.of("default", "nobody")


async def ask_for(seconds: float, inspector: JobInspector) -> None:
    """Asks far more often than there is time for."""
    async with asyncio.timeout(seconds):
        for _ in range(1000):
            await inspector.get([NOBODY])


@pytest.mark.redis
async def test_a_time_limit_that_ends_as_an_answer_comes_is_told(clean_redis_url: str) -> None:
    backend = RedisBackend(clean_redis_url)
    for step in range(1000):
        with pytest.raises(TimeoutError):
            await ask_for(0.0004 + step * 1e-6, backend.inspector)
    await backend.close()


@pytest.mark.redis
async def test_a_cancel_ends_a_wait_for_work_at_once_whenever_it_comes(
    clean_redis_url: str,
) -> None:
    backend = RedisBackend(clean_redis_url)
    for steps in range(60):
        waiting = asyncio.create_task(backend.queue.wait(["default"], timedelta(minutes=1)))
        for _ in range(steps):
            await asyncio.sleep(0)
        waiting.cancel()
        _, late = await asyncio.wait([waiting], timeout=LONGEST_BLOCK / 2)
        assert not late
    await backend.close()
