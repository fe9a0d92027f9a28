"""The worker at work: what it claims, in which order, and how soon."""

import asyncio
from datetime import timedelta
from time import monotonic

from jobsys.domain.base_job import BaseJob
from jobsys.domain.priority import JobPriority
from jobsys.domain.status import JobStatus
from jobsys.ports.job_handler import JobContext
from jobsys.ports.metric_families import PROCESSED
from tests.support.workshop import Note, Workshop, until


async def test_every_job_runs_exactly_once_and_never_more_at_once_than_there_are_slots() -> None:
    shop = Workshop({"concurrency": 5})
    names = [str(number) for number in range(200)]
    ids = await shop.submit(*names)
    async with shop.open():
        for job_id in ids:
            assert (await shop.outcome(job_id)).status is JobStatus.COMPLETED
    assert sorted(shop.begun) == sorted(names)
    assert shop.most_at_once == 5


async def test_a_slot_that_falls_free_is_filled_while_the_others_are_still_busy() -> None:
    shop = Workshop({"concurrency": 3})
    shop.gate.clear()
    freed = asyncio.Event()

    class Short(BaseJob):
        priority = JobPriority.CRITICAL

    @shop.container.handles(Short)
    async def handler(job: Short, context: JobContext) -> None:
        await freed.wait()

    await shop.service.submit(Short())
    await shop.submit("a", "b", "c")
    async with shop.open():
        await until(lambda: shop.running == 2)
        freed.set()
        await until(lambda: shop.running == 3)
        shop.gate.set()


async def test_urgent_jobs_run_first() -> None:
    shop = Workshop({"concurrency": 1})
    for name in ("low", "normal", "critical", "high"):
        await shop.service.submit(Note(name=name), priority=name)
    ids = await shop.submit("normal too")
    async with shop.open():
        await shop.outcome(ids[0])
        await until(lambda: len(shop.ended) == 5)
    assert shop.begun == ["critical", "high", "normal", "normal too", "low"]


async def test_a_full_queue_does_not_keep_the_others_waiting() -> None:
    shop = Workshop({"concurrency": 4, "queues": ["full", "a", "b", "c"]})
    await shop.service.submit_many([Note(name="full")] * 200, queue="full")
    for queue in "abc":
        await shop.service.submit_many([Note(name=queue)] * 5, queue=queue)
    async with shop.open():
        await until(lambda: {"a", "b", "c"} <= set(shop.ended))
        assert shop.ended.count("full") < 50


async def test_an_idle_worker_takes_a_new_job_at_once() -> None:
    shop = Workshop()
    async with shop.open():
        await until(lambda: "wait" in shop.queue.calls)
        for number in range(5):
            begun = monotonic()
            [job_id] = await shop.submit(str(number))
            await shop.outcome(job_id)
            assert monotonic() - begun < 0.5


async def test_a_delayed_job_runs_when_it_is_due_and_not_before() -> None:
    shop = Workshop()
    async with shop.open():
        begun = monotonic()
        job_id = await shop.service.submit(Note(), delay="300ms")
        await shop.outcome(job_id)
        assert 0.3 <= monotonic() - begun < 0.6


async def test_a_job_that_fails_is_run_again_until_it_succeeds() -> None:
    shop = Workshop()
    attempts: list[int] = []

    class Flaky(BaseJob):
        pass

    @shop.container.handles(Flaky)
    async def handler(job: Flaky, context: JobContext) -> None:
        attempts.append(context.attempt)
        if context.attempt < 3:
            raise ConnectionError

    async with shop.open():
        retry = Flaky.retry.model_copy(update={"base": timedelta(milliseconds=20)})
        record = await shop.outcome(await shop.service.submit(Flaky(), retry=retry))
    assert (record.status, attempts, len(record.errors)) == (JobStatus.COMPLETED, [1, 2, 3], 2)
    totals = shop.container.metrics().snapshot()
    assert totals.number(PROCESSED, "flaky", "completed") == 1
    assert totals.number(PROCESSED, "flaky", "retrying") == 2


async def test_an_idle_worker_asks_the_backend_for_nothing_but_new_work() -> None:
    shop = Workshop()
    async with shop.open():
        await until(lambda: "wait" in shop.queue.calls)
        before = len(shop.queue.calls)
        await asyncio.sleep(0.3)
        assert len(shop.queue.calls) - before <= 1


async def test_a_running_job_is_cancelled_from_outside_within_a_renewal() -> None:
    shop = Workshop({"lease_for": "1s", "renew_every": "50ms"})
    shop.gate.clear()
    async with shop.open():
        [job_id] = await shop.submit("long")
        await until(lambda: shop.running)
        await shop.service.cancel(job_id)
        assert (await shop.outcome(job_id)).status is JobStatus.CANCELLED


async def test_progress_of_a_running_job_is_seen_within_a_renewal() -> None:
    shop = Workshop({"lease_for": "1s", "renew_every": "50ms"})

    class Slow(BaseJob):
        pass

    @shop.container.handles(Slow)
    async def handler(job: Slow, context: JobContext) -> None:
        await context.progress(40, "two of five")
        await asyncio.Event().wait()

    async with shop.open():
        job_id = await shop.service.submit(Slow())
        stored = shop.backend.store.queue(job_id.queue).jobs
        await until(lambda: stored[job_id.key].standing.percent)
        record = await shop.service.get(job_id)
        assert (record.standing.percent, record.standing.message) == (40, "two of five")
        await shop.service.cancel(job_id)


async def test_jobs_outlive_a_job_loop_that_a_busy_handler_blocks() -> None:
    shop = Workshop({"lease_for": "300ms", "renew_every": "50ms"})
    runs: list[int] = []

    class Busy(BaseJob):
        pass

    @shop.container.handles(Busy)
    async def handler(job: Busy, context: JobContext) -> None:
        runs.append(context.fencing_token)
        end = monotonic() + 1
        while monotonic() < end:
            pass

    async with shop.open():
        record = await shop.outcome(await shop.service.submit(Busy()))
    assert (record.status, runs, record.standing.crashes) == (JobStatus.COMPLETED, [1], 0)
