"""Queue sizes as they are sampled."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from jobsys import BaseJob, Circuit, JobPriority
from jobsys.adapters.memory.job_inspector import MemoryJobInspector
from jobsys.application.queue_gauges import QueueGauges
from jobsys.application.scaling import ScalingBook
from jobsys.ports.errors import QueueUnavailable
from jobsys.ports.job_inspector import QueueCounts
from jobsys.ports.metric_families import CIRCUIT_STATE, OLDEST_WAITING, QUEUE_SIZE, WANTED_SLOTS
from tests.support.bench import Bench, Greet
from tests.support.workshop import until

OFTEN = timedelta(milliseconds=1)
HALF_A_MINUTE = timedelta(seconds=30)


class Shaky(MemoryJobInspector):
    """Does not answer while it is down."""

    down = False
    asked = 0

    async def counts(self) -> Mapping[str, QueueCounts]:
        self.asked += 1
        if self.down:
            raise QueueUnavailable("away for a moment")
        return await super().counts()


async def test_a_sample_sets_how_many_jobs_wait_in_each_queue_at_each_level(bench: Bench) -> None:
    await bench.service.submit_many([Greet()] * 3, priority=JobPriority.HIGH)
    await bench.service.submit(Greet(), queue="other", delay="1h")
    await QueueGauges(bench.scaling, bench.circuit_book, bench.metrics, OFTEN).sample()
    numbers = bench.metrics.snapshot().readings[QUEUE_SIZE.name].numbers
    assert {labels: n for labels, n in numbers.items() if n} == {("default", "high"): 3}
    assert len(numbers) == 8


async def test_a_sample_sets_for_how_long_the_next_job_of_each_level_has_waited(
    bench: Bench,
) -> None:
    await bench.service.submit(Greet(), priority=JobPriority.LOW)
    bench.clock.advance(timedelta(seconds=90))
    await bench.service.submit_many([Greet()] * 2, priority=JobPriority.HIGH)
    await QueueGauges(bench.scaling, bench.circuit_book, bench.metrics, OFTEN).sample()
    numbers = bench.metrics.snapshot().readings[OLDEST_WAITING.name].numbers
    assert numbers == {("default", "low"): 90, ("default", "high"): 0}


async def test_a_sample_sets_how_many_slots_each_queue_takes(bench: Bench) -> None:
    await bench.service.submit_many([Greet()] * 3)
    await bench.leased(Greet(), queue="other")
    await QueueGauges(bench.scaling, bench.circuit_book, bench.metrics, OFTEN).sample()
    numbers = bench.metrics.snapshot().readings[WANTED_SLOTS.name].numbers
    assert numbers == {("default",): 1, ("other",): 1}


async def test_it_samples_again_and_again_until_it_is_stopped(bench: Bench) -> None:
    gauges = QueueGauges(bench.scaling, bench.circuit_book, bench.metrics, OFTEN)
    await gauges.start()
    await gauges.start()
    try:
        for number in (1, 2, 3):
            await bench.service.submit(Greet())
            await until(lambda: size(bench) == number)  # noqa: B023 (awaited at once)
    finally:
        await gauges.stop()
        await gauges.stop()


async def test_sizes_that_nobody_knows_are_gone_and_one_line_says_so(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    inspector = Shaky(bench.store)
    scaling = ScalingBook(inspector, bench.policies, bench.workers, bench.clock, HALF_A_MINUTE)
    gauges = QueueGauges(scaling, bench.circuit_book, bench.metrics, OFTEN)
    await bench.service.submit(Greet())
    await gauges.start()
    try:
        for down in (False, True, True, False, True):
            inspector.down, inspector.asked = down, 0
            await until(lambda: inspector.asked > 1)
            assert bool(bench.metrics.snapshot().readings[QUEUE_SIZE.name].numbers) is not down
    finally:
        await gauges.stop()
    assert caplog.text.count("queue sizes are unknown") == 2


def size(bench: Bench) -> float:
    return bench.metrics.snapshot().number(QUEUE_SIZE, "default", "normal")


class Pay(BaseJob):
    circuit = Circuit("bank")


async def test_a_sample_sets_where_circuits_stand_of_registered_types_and_asks_for_no_others(
    bench: Bench,
) -> None:
    gauges = QueueGauges(bench.scaling, bench.circuit_book, bench.metrics, OFTEN)
    await bench.service.circuits.open("mail")
    await gauges.sample()
    assert not bench.metrics.snapshot().readings[CIRCUIT_STATE.name].numbers
    bench.factory.register(Pay)
    await gauges.sample()
    numbers = bench.metrics.snapshot().readings[CIRCUIT_STATE.name].numbers
    assert numbers == {("bank",): 0, ("mail",): 2}
