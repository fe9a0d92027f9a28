"""A backend that stands still, cuts connections or falls silent: running jobs are not run twice."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from redis.asyncio import Redis

from jobsys import JobStatus
from jobsys.config import WorkerArguments
from jobsys.testing.faults.tcp_proxy import TcpProxy
from tests.support.crew import Crew
from tests.support.crew_app import Rest
from tests.support.redis_server import RedisServer
from tests.support.workshop import until

SHORT: WorkerArguments = {"lease_for": "1s", "grace": "0s"}


@pytest.fixture
async def server(redis_binary: Path) -> AsyncIterator[RedisServer]:
    """A Redis of the test's own."""
    with RedisServer(redis_binary) as server:
        yield server


@pytest.fixture
async def crew(server: RedisServer, tmp_path: Path) -> AsyncIterator[Crew]:
    crew = Crew(server.url, tmp_path)
    yield crew
    await crew.close()


async def test_jobs_that_run_while_redis_stands_still_for_three_leases_are_not_run_again(
    crew: Crew, server: RedisServer
) -> None:
    worker: WorkerArguments = {"lease_for": "2s", "concurrency": 8}
    async with crew.here(worker), crew.here(worker):
        ids = await crew.jobs.submit_many([Rest(seconds=9)] * 8)
        await until(lambda: len(crew.noted("begin")) == 8)
        await asyncio.sleep(1)  # somebody has looked for expired leases by now
        os.kill(server.pid, signal.SIGSTOP)
        await asyncio.sleep(6)
        assert len(crew.noted("doubt")) == 8
        os.kill(server.pid, signal.SIGCONT)
        for job in ids:
            assert (await crew.outcome(job)).status is JobStatus.COMPLETED
    assert crew.runs() == dict.fromkeys(ids, 1)


async def test_connections_that_are_cut_again_and_again_make_no_job_run_twice(crew: Crew) -> None:
    async with AsyncExitStack() as stack:
        for _ in range(2):
            await stack.enter_async_context(crew.here({"concurrency": 4}))
        redis = await stack.enter_async_context(Redis.from_url(crew.backend))
        ids = await crew.jobs.submit_many([Rest(seconds=0.2)] * 100)
        for _ in range(20):
            await asyncio.sleep(0.2)
            await redis.client_kill_filter(_type="normal", skipme=True)
        for job in ids:
            assert (await crew.outcome(job)).status is JobStatus.COMPLETED
    assert sum(crew.runs().values()) <= 1.01 * len(ids)


async def test_a_worker_that_nothing_reaches_knows_it_before_another_begins_and_works_again_later(
    crew: Crew, server: RedisServer
) -> None:
    async with TcpProxy(server.socket) as proxy, AsyncExitStack() as stack:
        through = f"redis://127.0.0.1:{proxy.port}/0"
        cut_off = await stack.enter_async_context(crew.here(SHORT, through))
        job = await crew.jobs.submit(Rest(seconds=4))
        await crew.begun(job)
        async with crew.here(SHORT):
            proxy.fall_silent()
            second = await crew.begun(job, 2)
            assert crew.noted("doubt", job)[0].at < second.at
            record = await crew.outcome(job)
            assert (record.standing.token, record.standing.crashes) == (second.token, 1)
        await proxy.heal()
        later = await crew.jobs.submit(Rest())
        assert (await crew.outcome(later)).status is JobStatus.COMPLETED
        assert cut_off.worker().is_ready
        assert await crew.jobs.get(job) == record
