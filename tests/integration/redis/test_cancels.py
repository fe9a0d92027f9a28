"""A time limit around calls to Redis."""

import asyncio

import pytest

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
