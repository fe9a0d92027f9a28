"""A promoter may die at any request while a thousand jobs become due."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from itertools import count

import pytest

from jobsys.adapters.redis.job_queue import RedisJobQueue
from jobsys.adapters.redis.key_layout import KeyLayout
from jobsys.adapters.redis.store import RedisStore
from jobsys.ports.errors import QueueUnavailable
from jobsys.ports.job_queue import JobQueue
from jobsys.testing.faults.fail_points import FailPoint, MortalClient, Side
from jobsys.testing.faults.tcp_proxy import TcpProxy
from jobsys.testing.jobs import QUEUE, SECOND, job
from jobsys.testing.lane import Lane
from jobsys.testing.redis_backend import CLOCK, RedisBackend

JOBS = 1000
AT_ONCE = 250


@pytest.fixture
async def backend(clean_redis_url: str) -> AsyncIterator[RedisBackend]:
    backend = RedisBackend(clean_redis_url)
    yield backend
    await backend.close()


@pytest.fixture
async def through_proxy(proxied_url: str, proxy: TcpProxy) -> AsyncIterator[RedisJobQueue]:
    store = RedisStore(proxied_url, KeyLayout(), CLOCK)
    yield RedisJobQueue(store)
    await store.stop()


async def test_a_promoter_that_dies_loses_no_job_and_queues_none_twice(
    backend: RedisBackend, through_proxy: RedisJobQueue, proxy: TcpProxy
) -> None:
    points: list[FailPoint] = []
    for number in count(1):
        for side in (Side.BEFORE, Side.AFTER):
            await backend.reset()
            await backend.queue.enqueue([job(str(n), due=SECOND) for n in range(JOBS)])
            await backend.advance(SECOND)
            mortal = MortalClient(through_proxy, proxy, FailPoint(number, side))
            await promote_all(mortal.queue)
            await promote_all(backend.queue)
            claimed = Counter(await Lane(backend.queue).claim_keys(limit=2 * JOBS))
            assert (len(claimed), claimed.total()) == (JOBS, JOBS)
            if not mortal.died:
                print(f"{len(points)} points")
                assert len(points) > 2 * JOBS // AT_ONCE
                return
            points.append(FailPoint(number, side))


async def promote_all(queue: JobQueue) -> None:
    with suppress(QueueUnavailable):
        for _ in range(1 + JOBS // AT_ONCE):
            await queue.tick([QUEUE], AT_ONCE)
