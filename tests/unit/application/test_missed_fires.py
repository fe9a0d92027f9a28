"""Of the fire times that nobody was there for, those are made up for that the policy says."""

from datetime import timedelta

import pytest

from jobsys.adapters.apscheduler.triggers import ApschedulerTriggers
from jobsys.application.planner import Planner
from jobsys.testing.virtual_clock import START
from tests.support.bench import Bench, Greet

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def planner(bench: Bench) -> Planner:
    return Planner(bench.scheduler, ApschedulerTriggers(), lambda: ["default"], bench.metrics)


async def fire_all(planner: Planner) -> None:
    while not await planner.fire_due():
        pass


async def keys(bench: Bench) -> list[str]:
    return sorted(record.id.key for record in await bench.find_all())


MISSED = {
    "skip": [],
    "latest": [10],
    "all": [6, 7, 8, 9, 10],
}


@pytest.mark.parametrize("misfire", MISSED)
async def test_of_ten_missed_fire_times_those_are_made_up_for_that_the_policy_says(
    bench: Bench, planner: Planner, misfire: str
) -> None:
    await bench.service.schedule("tick", Greet(), every="1m", misfire=misfire, misfire_limit=5)
    bench.clock.advance(timedelta(minutes=10.5))
    await fire_all(planner)
    assert await keys(bench) == [f"tick-20300101T00{n:02}00Z" for n in MISSED[misfire]]
    bench.clock.advance(timedelta(seconds=30))
    await fire_all(planner)
    assert (await keys(bench))[-1] == "tick-20300101T001100Z"


async def test_one_job_for_all_is_what_is_usual(bench: Bench, planner: Planner) -> None:
    await bench.service.schedule("tick", Greet(), every="1s")
    bench.clock.advance(timedelta(days=300))
    await fire_all(planner)
    assert await keys(bench) == ["tick-20301028T000000Z"]


@pytest.mark.parametrize("misfire", MISSED)
async def test_a_missed_fire_time_older_than_the_deadline_is_not_made_up_for(
    bench: Bench, planner: Planner, misfire: str
) -> None:
    await bench.service.schedule("daily", Greet(), cron="0 1 * * *", misfire=misfire, deadline="2h")
    bench.clock.advance(timedelta(hours=4))
    await fire_all(planner)
    assert await keys(bench) == []
    assert (await bench.service.schedules.get("default:daily")).next_at == START + 25 * HOUR


async def test_of_all_missed_ones_those_within_the_deadline_are_made_up_for(
    bench: Bench, planner: Planner
) -> None:
    await bench.service.schedule("tick", Greet(), every="1h", misfire="all", deadline="2h30m")
    bench.clock.advance(timedelta(hours=9.25))
    await fire_all(planner)
    assert await keys(bench) == [f"tick-20300101T0{n}0000Z" for n in (7, 8, 9)]


@pytest.mark.parametrize("misfire", MISSED)
async def test_what_is_but_late_was_not_missed(
    bench: Bench, planner: Planner, misfire: str
) -> None:
    await bench.service.schedule("tick", Greet(), every="1s", misfire=misfire)
    bench.clock.advance(9 * SECOND)
    await fire_all(planner)
    assert len(await keys(bench)) == 9


@pytest.mark.parametrize("misfire", MISSED)
async def test_ten_missed_seconds_are_as_many_jobs_as_the_policy_says(
    bench: Bench, planner: Planner, misfire: str
) -> None:
    await bench.service.schedule("tick", Greet(), every="1s", misfire=misfire, misfire_limit=5)
    bench.clock.advance(10 * SECOND)
    await fire_all(planner)
    assert len(await keys(bench)) == len(MISSED[misfire])
