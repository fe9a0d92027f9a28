"""A job whose next crash would be one too many runs alone; its neighbours are never blamed."""

import asyncio
from datetime import timedelta

import pytest

from jobsys.application.solitude import Solitude
from jobsys.domain.status import JobStatus, Reason
from jobsys.testing.jobs import LEASE_FOR
from tests.support.bench import Bench, Greet
from tests.support.workshop import Workshop, until


async def suspect_in(shop: Workshop, name: str) -> str:
    """Submits a job that two workers have died of."""
    [job_id] = await shop.submit(name)
    shop.backend.crash(job_id, 2)
    return job_id


async def test_a_suspect_runs_alone_though_others_wait() -> None:
    shop = Workshop({"concurrency": 4})
    suspect = await suspect_in(shop, "suspect")
    shop.gate.clear()
    async with shop.open():
        await until(lambda: shop.begun == ["suspect"])
        await shop.submit("a", "b", "c")
        await asyncio.sleep(0.05)
        assert shop.begun == ["suspect"]
        assert (await shop.service.get(suspect)).standing.alone
        shop.gate.set()
        await until(lambda: len(shop.ended) == 4)
        assert shop.most_at_once > 1


async def test_a_suspect_waits_until_what_runs_has_ended_and_spends_nothing_by_it() -> None:
    shop = Workshop({"concurrency": 4})
    shop.gate.clear()
    async with shop.open():
        await shop.submit("a", "b")
        await until(lambda: shop.running == 2)
        suspect = await suspect_in(shop, "suspect")
        await until(lambda: shop.backend.standing(suspect).token)
        await until(lambda: shop.backend.standing(suspect).status is JobStatus.QUEUED)
        others = await shop.submit("c", "d")
        await asyncio.sleep(0.05)
        assert set(shop.begun) == {"a", "b"}
        shop.gate.set()
        record = await shop.outcome(suspect)
        for other in others:
            await shop.outcome(other)
    assert (record.status, record.attempts) == (JobStatus.COMPLETED, 0)


async def test_two_suspects_run_one_after_the_other() -> None:
    shop = Workshop({"concurrency": 4})
    ids = [await suspect_in(shop, name) for name in ("one", "two")]
    async with shop.open():
        for job_id in ids:
            await shop.outcome(job_id)
    assert shop.most_at_once == 1


async def test_a_suspect_that_waits_for_too_long_runs_among_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("jobsys.application.solitude.PATIENCE", timedelta(0))
    shop = Workshop({"concurrency": 4})
    shop.gate.clear()
    async with shop.open():
        await shop.submit("a")
        await until(lambda: shop.running == 1)
        suspect = await suspect_in(shop, "suspect")
        await until(lambda: shop.running == 2)
        assert not (await shop.service.get(suspect)).standing.alone
        shop.gate.set()


async def test_a_suspect_that_the_backend_cannot_mark_is_tried_again() -> None:
    shop = Workshop({"concurrency": 4})
    suspect = await suspect_in(shop, "suspect")
    shop.queue.fail("extend", "before", "after", "before")
    async with shop.open():
        record = await shop.outcome(suspect)
        [later] = await shop.submit("after it")
        await shop.outcome(later)
    assert (record.status, record.attempts) == (JobStatus.COMPLETED, 0)


async def test_only_a_job_that_died_alone_is_poison(bench: Bench) -> None:
    job_id = await bench.after_crashes(Greet(), crashes=5)
    record = await bench.service.get(job_id)
    assert (record.status, record.standing.crashes) == (JobStatus.QUEUED, 2)
    lease = await bench.claimed()
    await bench.alone(lease)
    bench.clock.advance(LEASE_FOR * 2)
    await bench.freed("default", 3)
    record = await bench.service.get(job_id)
    assert (record.status, record.standing.reason) == (JobStatus.FAILED, Reason.POISON)


def test_a_worker_that_waited_long_enough_for_a_suspect_claims_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    solitude = Solitude(crash_limit=3)
    monkeypatch.setattr("jobsys.application.solitude.loop_time", lambda: 100.0)
    assert solitude.seek()
    assert solitude.allows(free=3, busy=1) == 0
    monkeypatch.setattr("jobsys.application.solitude.loop_time", lambda: 131.0)
    assert solitude.allows(free=3, busy=1) == 3
    assert not solitude.seek()
