"""A worker that stops: what runs may end, what does not goes back, and nothing new begins."""

import asyncio
from datetime import timedelta
from time import monotonic

import pytest

from jobsys.domain.retry import RetryPolicy
from jobsys.domain.status import JobStatus
from jobsys.ports.job_handler import JobContext
from tests.support.bench import Greet
from tests.support.workshop import Workshop, until

ONCE = RetryPolicy(max_attempts=1)


async def test_a_worker_with_nothing_to_do_stops_at_once() -> None:
    shop = Workshop()
    async with shop.open():
        await until(lambda: "wait" in shop.queue.calls)
        begun = monotonic()
    assert monotonic() - begun < 0.3


async def test_a_worker_that_has_just_started_stops_at_once() -> None:
    begun = monotonic()
    async with Workshop().open():
        pass
    assert monotonic() - begun < 0.5


async def test_running_jobs_may_end_within_the_grace() -> None:
    shop = Workshop({"grace": "10s"})
    shop.gate.clear()
    async with shop.open():
        [job_id] = await shop.submit("last")
        await until(lambda: shop.running)
        asyncio.get_running_loop().call_later(0.1, shop.gate.set)
    record = await shop.service.get(job_id)
    assert (record.status, record.result) == (JobStatus.COMPLETED, "last")


async def test_jobs_that_outlast_the_grace_go_back_and_spend_nothing() -> None:
    shop = Workshop({"grace": "50ms", "concurrency": 3})
    shop.gate.clear()
    async with shop.open():
        ids = await shop.submit("a", "b", "c", "d")
        await until(lambda: shop.running == 3)
        begun = monotonic()
    assert monotonic() - begun < 1
    for job_id in ids:
        record = await shop.service.get(job_id)
        assert (record.status, record.attempts) == (JobStatus.QUEUED, 0)
        assert (record.standing.crashes, record.errors) == (0, ())
    assert [r.id for r in (await shop.service.find()).records] == ids


async def test_a_job_that_will_not_stop_is_left_behind_and_goes_back_all_the_same() -> None:
    shop = Workshop({"grace": "0s"})
    begun, released = asyncio.Event(), asyncio.Event()

    @shop.container.handles(Greet)
    async def stubborn(job: Greet, context: JobContext) -> str:
        begun.set()
        while not released.is_set():
            try:
                await released.wait()
            except asyncio.CancelledError:
                continue
        return "too late"

    async with shop.open():
        job_id = await shop.service.submit(Greet())
        await begun.wait()
        since = monotonic()
    assert monotonic() - since < 2
    released.set()
    await asyncio.sleep(0)
    assert (await shop.service.get(job_id)).status is JobStatus.QUEUED


async def test_nothing_is_begun_once_the_stop_has_begun() -> None:
    shop = Workshop({"grace": "5s", "concurrency": 2})
    shop.gate.clear()
    async with shop.open():
        await shop.submit("a", "b")
        await until(lambda: shop.running == 2)
        stopping = asyncio.create_task(shop.container.lifecycle().stop())
        late = await shop.submit("c", "d")
        await asyncio.sleep(0)
        shop.gate.set()
        await stopping
    assert shop.begun == ["a", "b"]
    assert [(await shop.service.get(one)).status for one in late] == [JobStatus.QUEUED] * 2


async def test_jobs_that_a_claim_under_way_brings_during_the_stop_go_back_at_once() -> None:
    shop = Workshop()
    async with shop.open():
        await until(lambda: "wait" in shop.queue.calls)
        async with shop.queue.held("turn"):
            before = shop.queue.calls.count("turn")
            [job_id] = await shop.submit("too late")
            await until(lambda: shop.queue.calls.count("turn") > before)
            stopping = asyncio.create_task(shop.container.lifecycle().stop())
            await asyncio.sleep(0.02)
        begun = monotonic()
        await stopping
    assert monotonic() - begun < 0.5
    record = await shop.service.get(job_id)
    assert (record.status, record.standing.token, shop.begun) == (JobStatus.QUEUED, 1, [])


async def test_a_stop_while_the_backend_is_away_ends_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("jobsys.application.worker.LAST_TURNS", timedelta(seconds=0.2))
    shop = Workshop({"grace": "0s"})
    async with shop.open():
        await until(lambda: "wait" in shop.queue.calls)
        shop.gate.clear()
        await shop.submit("a")
        await until(lambda: shop.running)
        shop.queue.take_down("turn", "tick", "wait")
        begun = monotonic()
    assert monotonic() - begun < 1
    assert not [t for t in asyncio.all_tasks() if t is not asyncio.current_task()]


async def test_a_worker_that_has_stopped_can_start_again() -> None:
    shop = Workshop()
    for name in ("first", "second", "third"):
        async with shop.open():
            ids = await shop.submit(*(f"{name} {n}" for n in range(20)))
            for job_id in ids:
                assert (await shop.outcome(job_id)).status is JobStatus.COMPLETED
    assert len(shop.begun) == len(set(shop.begun)) == 60


def test_a_worker_that_has_stopped_can_start_again_on_another_event_loop() -> None:
    shop = Workshop()

    async def once() -> str:
        shop.gate = asyncio.Event()
        async with shop.open():
            [job_id] = await shop.submit("stuck")
            await until(lambda: shop.running)
            shop.gate.set()
            timed_out = await shop.service.submit(Greet(), timeout="100ms", retry=ONCE)
            await shop.outcome(job_id)
            return (await shop.outcome(timed_out)).errors[-1].type

    @shop.container.handles(Greet)
    async def handler(job: Greet, context: JobContext) -> None:
        await asyncio.Event().wait()

    assert [asyncio.run(once()) for _ in range(2)] == ["JobTimeout"] * 2


async def test_two_starts_and_two_stops_are_one_of_each() -> None:
    shop = Workshop({"concurrency": 2})
    worker = shop.container.worker()
    async with shop.open():
        await worker.start()
        shop.gate.clear()
        await shop.submit(*"abcdef")
        await until(lambda: shop.running == 2)
        shop.gate.set()
        await until(lambda: len(shop.ended) == 6)
        assert shop.most_at_once == 2
        await worker.stop()
        await worker.stop()
