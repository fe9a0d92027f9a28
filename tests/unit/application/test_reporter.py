"""What is counted, where, and once."""

from datetime import datetime, timedelta

import pytest

from jobsys import JobContext, JobPriority, RetryPolicy
from jobsys.adapters.apscheduler.triggers import ApschedulerTriggers
from jobsys.adapters.memory.job_metrics import MemoryJobMetrics
from jobsys.adapters.null.job_metrics import NullJobMetrics
from jobsys.application.planner import Planner
from jobsys.application.reporter import Reporter
from jobsys.domain.validator import JobValidator
from jobsys.ports.clock import Clock
from jobsys.ports.metric_families import (
    ACTIVE_WORKERS,
    DURATION,
    ENQUEUED,
    LATENCY,
    PROCESSED,
    RETRIES,
    WAIT,
    WORKER_SLOTS,
    MetricsSnapshot,
)
from jobsys.testing.faults.faulty_queue import FaultyQueue
from jobsys.testing.metrics import leased
from jobsys.testing.virtual_clock import START, VirtualClock
from tests.support.bench import Bench, Greet
from tests.support.workshop import Note, Workshop, until

MINUTE = timedelta(minutes=1)


class Wrong(Clock):
    """A host's clock that is an hour ahead of the backend's."""

    def __init__(self, right: Clock) -> None:
        self._right = right

    def now(self) -> datetime:
        return self._right.now() + 60 * MINUTE


async def test_a_submitted_job_is_counted_once_however_often_it_is_submitted(bench: Bench) -> None:
    for _ in range(3):
        await bench.service.submit(Greet(), key="ada", priority=JobPriority.HIGH)
    await bench.service.submit_many([Greet(), Greet()])
    numbers = bench.metrics.snapshot().readings[ENQUEUED.name].numbers
    assert numbers == {("greet", "high"): 1, ("greet", "normal"): 2}


async def test_a_job_is_counted_although_its_call_was_repeated_and_found_it_there(
    bench: Bench,
) -> None:
    queue = FaultyQueue(bench.queue)
    service = bench.service_with(queue, JobValidator())
    schedule_id = await service.schedule("tick", Greet(), every="30s")
    queue.fail("enqueue", "twice", "twice")
    await service.submit(Greet())
    await service.schedules.run_now(schedule_id)
    assert bench.metrics.snapshot().number(ENQUEUED, "greet", "normal") == 2


async def test_the_jobs_of_schedules_are_counted_as_well(bench: Bench) -> None:
    planner = Planner(bench.scheduler, ApschedulerTriggers(), lambda: ["default"], bench.metrics)
    schedule_id = await bench.service.schedule("tick", Greet(), every="30s")
    bench.clock.advance(timedelta(seconds=30))
    await planner.fire_due()
    await planner.fire_due()
    await bench.service.schedules.run_now(schedule_id)
    assert bench.metrics.snapshot().number(ENQUEUED, "greet", "normal") == 2


def test_latencies_are_by_the_backends_clock_however_wrong_the_hosts_is() -> None:
    metrics, backends = MemoryJobMetrics(), VirtualClock()
    reporter, lease = Reporter(metrics, Wrong(backends), lambda _: None), leased()
    reporter.claimed([lease], 1)
    backends.advance(2 * MINUTE)
    reporter.settled([lease.succeeded(None)])
    assert metrics.snapshot().distribution(LATENCY, "emails").total == 120


async def test_a_worker_counts_what_it_claims_runs_and_settles() -> None:
    shop = Workshop()
    ids = await shop.submit("a", "b")
    async with shop.open():
        for job_id in ids:
            await shop.outcome(job_id)
        await until(lambda: seen(shop).number(PROCESSED, "note", "completed") == 2)
        await until(lambda: seen(shop).number(ACTIVE_WORKERS) == 0)
    assert seen(shop).distribution(WAIT, "default", "normal").count == 2
    assert seen(shop).distribution(DURATION, "note").count == 2
    assert seen(shop).distribution(LATENCY, "default").count == 2
    assert seen(shop).number(ENQUEUED, "note", "normal") == 2


async def test_busy_slots_are_seen_while_jobs_run() -> None:
    shop = Workshop()
    shop.gate.clear()
    await shop.submit("a", "b", "c")
    async with shop.open():
        await until(lambda: seen(shop).number(ACTIVE_WORKERS) == 3)
        shop.gate.set()
        await until(lambda: seen(shop).number(ACTIVE_WORKERS) == 0)


async def test_slots_are_there_while_a_worker_runs() -> None:
    shop = Workshop()
    slots = shop.container.settings().worker.concurrency
    for _ in range(2):
        async with shop.open():
            assert seen(shop).number(WORKER_SLOTS) == slots
        assert seen(shop).number(WORKER_SLOTS) == 0


async def test_a_turn_whose_reply_was_lost_is_counted_once() -> None:
    shop = Workshop()
    async with shop.open():
        shop.queue.fail("turn", "after", "after")
        await shop.outcome((await shop.submit("a"))[0])
        await until(lambda: seen(shop).number(PROCESSED, "note", "completed"))
    assert seen(shop).number(PROCESSED, "note", "completed") == 1


async def test_a_failed_attempt_is_a_retry_and_the_last_one_a_failure() -> None:
    shop = Workshop()

    class Flaky(Note):
        retry = RetryPolicy(max_attempts=2, base=timedelta(milliseconds=1))

    @shop.container.handles(Flaky)
    async def handler(job: Flaky, context: JobContext) -> None:
        raise ConnectionError

    async with shop.open():
        await shop.outcome(await shop.service.submit(Flaky()))
        await until(lambda: seen(shop).number(PROCESSED, "flaky", "failed") == 1)
    assert seen(shop).number(RETRIES, "flaky") == 1
    assert seen(shop).number(PROCESSED, "flaky", "retrying") == 1


@pytest.mark.parametrize("plain", [True, False])
async def test_a_handler_counts_for_itself(bench: Bench, plain: bool) -> None:
    def count(job: Greet, context: JobContext) -> None:
        context.metrics.counter("greetings", lang="en")

    async def count_async(job: Greet, context: JobContext) -> None:
        count(job, context)

    bench.handlers.handles(Greet)(count if plain else count_async)
    await bench.carried_out(Greet())
    reading = bench.metrics.snapshot().readings["jobs_custom_greetings_total"]
    assert reading.numbers == {("en",): 1}


async def test_metrics_that_are_off_take_everything_and_tell_nothing() -> None:
    metrics, lease = NullJobMetrics(), leased(waited=1)
    metrics.increment_jobs_enqueued("greet", JobPriority.LOW)
    metrics.increment_jobs_processed("greet", success=True)
    metrics.observe_job_duration("greet", 1)
    metrics.claimed([lease])
    metrics.settled([lease.succeeded(None)], START)
    metrics.set_queue_sizes({"a": {JobPriority.LOW: 1}})
    metrics.set_active_workers(1)
    metrics.custom.counter("orders{}", -1)
    metrics.custom.observe("orders", 1)
    metrics.custom.gauge("orders", 1)
    assert metrics.snapshot() == MetricsSnapshot()


def seen(shop: Workshop) -> MetricsSnapshot:
    return shop.container.metrics().snapshot()
