"""The planner makes each fire time's job once, and makes up for what was missed."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from jobsys.adapters.apscheduler.triggers import ApschedulerTriggers
from jobsys.adapters.memory.scheduler import MemoryScheduler
from jobsys.application.planner import QUIET, Planner
from jobsys.domain.schedule import Firing
from jobsys.domain.schedule_rule import ScheduleRule
from jobsys.ports.errors import QueueUnavailable
from jobsys.ports.scheduler import Due
from jobsys.testing.schedules import schedule
from jobsys.testing.virtual_clock import START
from tests.support.bench import Bench, Greet
from tests.support.workshop import until

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def planner(bench: Bench) -> Planner:
    return Planner(bench.scheduler, ApschedulerTriggers(), lambda: ["default"], bench.metrics)


async def fire_all(planner: Planner) -> timedelta:
    while not (pause := await planner.fire_due()):
        pass
    return pause


async def keys(bench: Bench) -> list[str]:
    return sorted(record.id.key for record in await bench.find_all())


async def test_each_fire_time_makes_one_job(bench: Bench, planner: Planner) -> None:
    await bench.service.schedule("tick", Greet(), every="1s")
    for _ in range(3):
        bench.clock.advance(SECOND)
        await fire_all(planner)
        await fire_all(planner)
    assert await keys(bench) == [f"tick-20300101T00000{n}Z" for n in (1, 2, 3)]


async def test_any_number_of_planners_make_one_job(bench: Bench, planner: Planner) -> None:
    other = Planner(bench.scheduler, ApschedulerTriggers(), lambda: ["default"], bench.metrics)
    await bench.service.schedule("tick", Greet(), every="1s")
    for _ in range(5):
        bench.clock.advance(SECOND)
        await planner.fire_due()
        await other.fire_due()
    assert len(await keys(bench)) == 5


async def test_a_schedule_makes_no_more_jobs_than_it_may_and_is_over_then(
    bench: Bench, planner: Planner
) -> None:
    await bench.service.schedule("tick", Greet(), every="1s", max_runs=2)
    for _ in range(4):
        bench.clock.advance(SECOND)
        await fire_all(planner)
    assert len(await keys(bench)) == 2
    assert (await bench.service.schedules.get("default:tick")).is_over


async def test_a_schedule_is_gone_after_its_end(bench: Bench, planner: Planner) -> None:
    start, end = START + 2 * SECOND, START + 3 * SECOND
    await bench.service.schedule("tick", Greet(), every="1s", start=start, end=end)
    for _ in range(4):
        bench.clock.advance(SECOND)
        await fire_all(planner)
    assert await keys(bench) == [f"tick-20300101T00000{n}Z" for n in (2, 3)]
    assert await bench.service.schedules.find() == []


async def test_with_jitter_the_job_is_due_later_and_has_the_id_of_its_fire_time(
    bench: Bench, planner: Planner
) -> None:
    await bench.service.schedule("hourly", Greet(), every="1h", jitter="10m")
    rule = (await bench.service.schedules.get("default:hourly")).rule
    delays = {rule.shift("default:hourly", START + n * HOUR) for n in range(100)}
    assert len(delays) > 90
    assert max(delays) < timedelta(minutes=10)
    bench.clock.advance(HOUR)
    await fire_all(planner)
    [record] = await bench.find_all()
    assert record.id == "default:hourly-20300101T010000Z"
    assert record.standing.due_at == START + HOUR + rule.shift("default:hourly", START + HOUR)


async def test_while_the_job_before_goes_on_a_schedule_may_skip(
    bench: Bench, planner: Planner
) -> None:
    await bench.service.schedule("tick", Greet(), every="1s", overlap="skip")
    for _ in range(3):
        bench.clock.advance(SECOND)
        await fire_all(planner)
    assert await keys(bench) == ["tick-20300101T000001Z"]
    await bench.service.cancel("default:tick-20300101T000001Z")
    bench.clock.advance(SECOND)
    await fire_all(planner)
    assert (await keys(bench))[-1] == "tick-20300101T000004Z"


async def test_the_pause_ends_with_the_next_fire_time(bench: Bench, planner: Planner) -> None:
    assert await planner.fire_due() == QUIET
    await bench.service.schedule("tick", Greet(), every="1s")
    bench.clock.advance(0.6 * SECOND)
    assert await planner.fire_due() == 0.4 * SECOND


async def test_a_rule_that_this_host_cannot_read_is_left_to_others_and_stops_no_other(
    bench: Bench, planner: Planner, caplog: pytest.LogCaptureFixture
) -> None:
    broken = schedule("broken", START, queue="default", rule=ScheduleRule(cron="gone wrong"))
    await bench.scheduler.put([broken])
    await bench.service.schedule("tick", Greet(), every="1s")
    bench.clock.advance(SECOND)
    await fire_all(planner)
    assert await keys(bench) == ["tick-20300101T000001Z"]
    assert await bench.service.schedules.get(broken.id) == broken
    assert "schedule default:broken cannot be read here" in caplog.text
    assert await planner.fire_due() > timedelta(0)


class Asked(MemoryScheduler):
    """A scheduler that knows how often it was asked to fire."""

    fired = 0

    async def fire(self, firings: Sequence[Firing]) -> Sequence[bool]:
        self.fired += 1
        return await super().fire(firings)


async def test_while_nothing_is_due_nothing_is_asked_to_fire(bench: Bench) -> None:
    scheduler = Asked(bench.store, bench.clock)
    planner = Planner(scheduler, ApschedulerTriggers(), lambda: ["default"], bench.metrics)
    await bench.service.schedule("tick", Greet(), every="1s")
    await fire_all(planner)
    assert scheduler.fired == 0
    bench.clock.advance(SECOND)
    await fire_all(planner)
    assert scheduler.fired == 1


class FailingOnce(MemoryScheduler):
    """A scheduler whose first call fails."""

    failures = 1

    async def due(self, queues: Sequence[str], limit: int) -> Due | None:
        if self.failures:
            self.failures -= 1
            raise QueueUnavailable("away for a moment")
        return await super().due(queues, limit)


async def test_it_goes_on_when_the_backend_was_away_and_looks_when_a_schedule_changes(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    scheduler = FailingOnce(bench.store, bench.clock)
    planner = Planner(scheduler, ApschedulerTriggers(), lambda: ["default"], bench.metrics)
    await planner.start()
    try:
        await until(lambda: "schedules cannot fire now" in caplog.text)
        await bench.service.schedule("once", Greet(), at=START + timedelta(hours=1))
        bench.clock.advance(timedelta(hours=1))
        planner.look()
        await until(lambda: bench.store.queue("default").jobs)
    finally:
        await planner.stop()
    assert await keys(bench) == ["once-20300101T010000Z"]
    assert await bench.service.schedules.find() == []
