"""Circuits through the container: in threads, with settings, and on backends without any."""

from dataclasses import replace
from datetime import timedelta
from typing import Literal

import pytest
from redis.asyncio import Redis

from jobsys import BaseJob, Circuit, JobContext, JobStatus, JobsysContainer, RetryPolicy, Settings
from jobsys.adapters.redis.key_layout import KeyLayout
from jobsys.container.backends import circuits_of
from jobsys.domain.circuit import CircuitRule
from jobsys.domain.circuit_steps import CircuitEvent, CircuitStep
from tests.support.workshop import until

SOON = timedelta(seconds=20)


class Ask(BaseJob):
    circuit = Circuit("bank")
    retry = RetryPolicy(max_attempts=3, base=timedelta(milliseconds=10))


@pytest.mark.parametrize("pool", ["tasks", "threads"])
async def test_jobs_in_any_pool_share_a_circuit_that_the_settings_describe(
    pool: Literal["tasks", "threads"], clean_redis_url: str
) -> None:
    settings = Settings(
        backend=clean_redis_url,
        worker={"pool": pool, "concurrency": 4},
        circuit={"failures": 2, "recover_after": "300ms"},
    )
    container, calls, is_down = JobsysContainer(settings), list[str](), [True]

    @container.handles(Ask)
    async def ask(job: Ask, context: JobContext) -> None:
        calls.append(context.job_id)
        if is_down:
            raise ConnectionError("refused")

    async with container.lifecycle():
        jobs = container.job_service()
        ids = await jobs.submit_many([Ask()] * 20)
        await until(lambda: len(calls) >= 3)  # two failures, and a probe
        is_down.clear()
        records = [await jobs.wait(job_id, SOON) for job_id in ids]
        [bank] = await jobs.circuits.states()
    assert {record.status for record in records} == {JobStatus.COMPLETED}
    assert 2 <= sum(record.attempts for record in records) <= 2 + len(calls) - 20
    assert (bank.phase, bank.failures) == ("closed", 0)


async def test_where_a_backend_has_no_circuits_each_process_has_its_own() -> None:
    container = JobsysContainer(Settings(backend="memory://"))
    backend, clock = container.backend(), container.clock()
    assert circuits_of(backend, clock) is backend.ports.circuits
    backend.ports = replace(backend.ports, circuits=None)
    assert not (await circuits_of(backend, clock).known()).states


async def test_redis_forgets_all_circuits_a_day_after_the_last_word_but_none_that_is_open_by_hand(
    clean_redis_url: str,
) -> None:
    key, day = KeyLayout().circuits, 24 * 60 * 60
    failed = CircuitStep(CircuitEvent.FAILED, CircuitRule("bank"))
    settings = Settings(backend=clean_redis_url, worker={"enabled": False})
    container = JobsysContainer(settings)
    async with container.lifecycle(), Redis.from_url(clean_redis_url) as redis:
        await container.circuits().take([failed])
        assert day - 60 < await redis.ttl(key) <= day
        book = container.job_service().circuits
        await book.open("mail")
        assert await redis.ttl(key) == -1
        await book.close("mail")
        assert day - 60 < await redis.ttl(key) <= day
