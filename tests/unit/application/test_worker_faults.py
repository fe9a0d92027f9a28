"""A worker whose backend fails: nothing is lost and nothing runs twice."""

import asyncio
from datetime import timedelta

import pytest
from dependency_injector.providers import Object

from jobsys.adapters.memory.job_metrics import MemoryJobMetrics
from jobsys.domain.errors import JobsysError
from jobsys.domain.retry import RetryPolicy
from jobsys.domain.status import JobStatus
from jobsys.ports.errors import QueueUnavailable
from jobsys.ports.metric_families import PROCESSED
from jobsys.testing.faults.faulty_queue import Fault
from tests.support.workshop import Workshop, until


@pytest.fixture(autouse=True)
def _soon_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobsys.application.lane.LONGEST_PAUSE", 0.05)


@pytest.mark.parametrize("fault", ["before", "after"])
async def test_a_turn_that_fails_neither_loses_nor_repeats_a_job(fault: Fault) -> None:
    shop = Workshop({"concurrency": 4})
    faults: list[Fault] = [fault, "no"]
    shop.queue.fail("turn", *(faults * 10))
    names = [str(number) for number in range(30)]
    ids = await shop.submit(*names)
    async with shop.open():
        for job_id in ids:
            assert (await shop.outcome(job_id)).standing.token == 1
    assert sorted(shop.begun) == sorted(names)
    assert shop.most_at_once <= 4


async def test_a_reply_that_is_lost_again_and_again_still_brings_its_jobs() -> None:
    shop = Workshop({"concurrency": 2})
    ids = await shop.submit("a", "b")
    shop.queue.fail("turn", "after", "after", "before", "after")
    async with shop.open():
        for job_id in ids:
            await shop.outcome(job_id)
    assert sorted(shop.begun) == ["a", "b"]


async def test_jobs_that_end_while_the_backend_is_away_are_settled_when_it_is_back() -> None:
    shop = Workshop()
    shop.gate.clear()
    async with shop.open():
        ids = await shop.submit("a", "b", "c")
        await until(lambda: shop.running == 3)
        shop.queue.take_down("turn", "tick", "wait")
        shop.gate.set()
        await until(lambda: shop.running == 0)
        await asyncio.sleep(0.1)
        shop.queue.bring_up()
        for job_id in ids:
            assert (await shop.outcome(job_id)).status is JobStatus.COMPLETED
    assert len(shop.begun) == 3


@pytest.mark.parametrize("error", [QueueUnavailable("away"), RuntimeError("a bug of an adapter")])
@pytest.mark.parametrize("call", ["turn", "tick", "wait"])
async def test_no_error_of_the_backend_ends_the_worker(call: str, error: Exception) -> None:
    shop = Workshop()
    shop.queue.error = error
    shop.queue.fail(call, "before", "after", "before")
    async with shop.open():
        await until(lambda: call in shop.queue.calls)
        job_id = await shop.service.submit(shop.note("late"), delay="50ms")
        assert (await shop.outcome(job_id)).status is JobStatus.COMPLETED


@pytest.mark.parametrize("error", [QueueUnavailable("away"), RuntimeError("a bug of an adapter")])
async def test_leases_are_kept_by_a_renewal_that_fails_now_and_then(error: Exception) -> None:
    shop = Workshop({"lease_for": "400ms", "renew_every": "40ms"})
    shop.backend.for_renewals.error = error
    faults: list[Fault] = ["before", "after", "no"]
    shop.backend.for_renewals.fail("extend", *(faults * 20))
    shop.gate.clear()
    async with shop.open():
        [job_id] = await shop.submit("long")
        await until(lambda: shop.backend.for_renewals.calls.count("extend") > 30)
        shop.gate.set()
        record = await shop.outcome(job_id)
    assert (record.standing.crashes, shop.begun) == (0, ["long"])


async def test_a_worker_whose_leases_cannot_be_renewed_does_not_start() -> None:
    shop = Workshop()
    shop.backend.refuse_to_open(QueueUnavailable("no second connection"))
    with pytest.raises(JobsysError, match="no second connection"):
        async with shop.open():
            pass


async def test_a_job_whose_worker_lost_the_lease_runs_again_elsewhere_and_counts_once() -> None:
    shop = Workshop({"lease_for": "100ms", "renew_every": "20ms", "concurrency": 1})
    shop.gate.clear()
    async with shop.open():
        [job_id] = await shop.submit("a")
        await until(lambda: shop.running == 1)
        shop.backend.for_renewals.take_down("extend")
        await until(lambda: shop.queue.calls.count("reclaim"))
        await until(lambda: shop.backend.standing(job_id).crashes)
        shop.backend.for_renewals.bring_up()
        shop.gate.set()
        record = await shop.outcome(job_id)
    assert (record.status, record.standing.token) == (JobStatus.COMPLETED, 3)
    assert shop.container.metrics().snapshot().number(PROCESSED, "note", "completed") == 1


async def test_a_queue_that_is_damaged_does_not_stop_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("jobsys.application.floor.POSTPONED_FOR", 0.05)
    shop = Workshop({"queues": ["good", "bad"]})
    shop.queue.damage("bad")
    bad = await shop.service.submit(shop.note("bad"), queue="bad")
    good = await shop.service.submit(shop.note("good"), queue="good")
    async with shop.open():
        await shop.outcome(good)
        assert (await shop.service.get(bad)).status is JobStatus.QUEUED
        shop.queue.mend("bad")
        await shop.outcome(bad)
    assert shop.begun == ["good", "bad"]


async def test_ends_of_a_queue_that_fails_meanwhile_are_settled_when_it_works_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("jobsys.application.floor.POSTPONED_FOR", 0.05)
    shop = Workshop()
    shop.gate.clear()
    async with shop.open():
        [job_id] = await shop.submit("a")
        await until(lambda: shop.running)
        shop.queue.damage("default")
        shop.gate.set()
        with pytest.raises(TimeoutError):
            await shop.service.wait(job_id, timedelta(seconds=0.2))
        shop.queue.mend("default")
        assert (await shop.outcome(job_id)).standing.token == 1


class BrokenMetrics(MemoryJobMetrics):
    """Breaks its promise never to raise."""

    def observe_job_duration(self, job_type: str, seconds: float) -> None:
        raise RuntimeError("no metrics today")


async def test_an_attempt_that_a_bug_breaks_off_rests_by_the_jobs_policy() -> None:
    shop = Workshop()
    shop.container.metrics.override(Object(BrokenMetrics()))
    policy = RetryPolicy(base=timedelta(hours=1), cap=timedelta(hours=1), jitter="none")
    async with shop.open():
        job_id = await shop.service.submit(shop.note("a"), retry=policy)
        await until(lambda: shop.backend.standing(job_id).status is JobStatus.RETRYING)
    record = await shop.service.get(job_id)
    assert (record.attempts, record.errors[0].message) == (1, "no metrics today")
