"""Schedules through the service: made, looked at, paused, resumed, run at once, removed."""

from datetime import UTC, datetime, timedelta

import pytest

from jobsys.application.schedule_arguments import schedule_rule
from jobsys.domain.errors import InvalidJob, InvalidName, InvalidSchedule, ScheduleNotFound
from jobsys.domain.priority import JobPriority
from jobsys.domain.retry import RetryPolicy
from jobsys.testing.schedules import firing
from jobsys.testing.virtual_clock import START
from tests.support.bench import Bench, Greet

HOUR = timedelta(hours=1)


async def test_a_schedule_has_the_job_the_options_and_the_first_fire_time(bench: Bench) -> None:
    retry = RetryPolicy(max_attempts=9)
    schedule_id = await bench.service.schedule(
        "nightly",
        Greet(name="Bob"),
        cron="0 2 * * *",
        queue="reports",
        priority="high",
        retry=retry,
    )
    assert schedule_id == "reports:nightly"
    schedule = await bench.service.schedules.get(schedule_id)
    assert schedule.payload.as_dict() == {"name": "Bob"}
    assert (schedule.header.type, schedule.header.retry) == ("greet", retry)
    assert schedule.priority is JobPriority.HIGH
    assert schedule.next_at == START + 2 * HOUR
    assert bench.looks == 1


async def test_a_program_may_say_its_schedules_at_each_start(bench: Bench) -> None:
    await bench.service.schedule("hourly", Greet(), every="1h")
    bench.clock.advance(timedelta(minutes=90))
    schedule_id = await bench.service.schedule("hourly", Greet(name="new"), every="60m")
    schedule = await bench.service.schedules.get(schedule_id)
    assert (schedule.next_at, schedule.payload.as_dict()["name"]) == (START + HOUR, "new")


async def test_a_paused_one_has_no_next_time_and_a_resumed_one_skips_what_it_missed(
    bench: Bench,
) -> None:
    schedules = bench.service.schedules
    schedule_id = await bench.service.schedule("hourly", Greet(), every="1h")
    await schedules.pause(schedule_id)
    assert (await schedules.get(schedule_id)).is_paused
    bench.clock.advance(timedelta(minutes=150))
    await schedules.resume(schedule_id)
    assert (await schedules.get(schedule_id)).next_at == START + 3 * HOUR


async def test_resuming_one_that_is_not_paused_changes_nothing(bench: Bench) -> None:
    schedules = bench.service.schedules
    schedule_id = await bench.service.schedule("hourly", Greet(), every="1h")
    bench.clock.advance(timedelta(minutes=150))
    await schedules.resume(schedule_id)
    assert (await schedules.get(schedule_id)).next_at == START + HOUR


async def test_run_now_makes_the_job_beside_the_fire_times(bench: Bench) -> None:
    schedule_id = await bench.service.schedule("hourly", Greet(name="Bob"), every="1h")
    before = await bench.service.schedules.get(schedule_id)
    job_id = await bench.service.schedules.run_now(schedule_id)
    assert (await bench.service.get(job_id)).payload.as_dict() == {"name": "Bob"}
    assert await bench.service.schedules.get(schedule_id) == before


async def test_a_removed_one_is_gone(bench: Bench) -> None:
    schedule_id = await bench.service.schedule("hourly", Greet(), every="1h")
    await bench.service.schedules.remove(schedule_id)
    assert await bench.service.schedules.find() == []


@pytest.mark.parametrize("what", ["get", "remove", "pause", "resume", "run_now"])
async def test_an_unknown_schedule_is_named(bench: Bench, what: str) -> None:
    with pytest.raises(ScheduleNotFound, match="default:none"):
        await getattr(bench.service.schedules, what)("default:none")


async def test_a_preview_tells_the_fire_times_and_stores_nothing(bench: Bench) -> None:
    rule = schedule_rule(cron="0 */6 * * *")
    times = [time.at for time in bench.service.schedules.preview(rule, 3)]
    assert times == [START + 6 * HOUR, START + 12 * HOUR, START + 18 * HOUR]
    [once] = bench.service.schedules.preview(schedule_rule(at=START + HOUR), 3)
    assert once.at == START + HOUR
    assert await bench.service.schedules.find() == []


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ({}, "none is given"),
        ({"cron": "0 2 * * *", "every": "1h"}, "cron and every"),
        ({"cron": "0 0 30 2 *"}, "day of month '30' does not come in month '2'"),
        ({"cron": "*/0 * * * *"}, r"minute '\*/0': a step is at least 1"),
        ({"cron": "x" * 40_000}, "at most 200 characters"),
        ({"cron": "0 2 * * *", "timezone": "Mars/Olympus"}, "Europe/Berlin"),
        ({"every": "100ms"}, "at least a second"),
        ({"every": 5}, "give a timedelta or a text with units"),
        ({"every": "9999999d"}, "every"),
        ({"at": START}, "never fires: .* is over"),
        ({"at": START.replace(tzinfo=None)}, "timezone"),
        ({"every": "1h", "start": START + HOUR, "end": START}, "end: it comes before start"),
        ({"every": "1h", "end": START}, "never fires: it has no fire time up to its end"),
        ({"every": "1h", "gap": "skip"}, "gap and fold are for cron"),
        ({"cron": "0 2 * * *", "gap": "never"}, "gap: .* 'after' or 'skip'"),
        ({"every": "1h", "max_runs": 0}, "max_runs"),
        ({"every": "1h", "jitter": "2d"}, "jitter"),
        ({"every": "1h", "misfire": "some"}, "misfire"),
        ({"every": "1h", "misfire_limit": 101}, "misfire_limit"),
        ({"every": "1h", "overlap": "queue"}, "overlap"),
        ({"every": "1h", "deadline": 5}, "deadline"),
    ],
)
async def test_a_rule_that_cannot_work_is_refused_and_nothing_is_stored(
    bench: Bench, rule: dict[str, object], told: str
) -> None:
    with pytest.raises(InvalidSchedule, match=told):
        await bench.service.schedule("name", Greet(), **rule)  # type: ignore[arg-type]  # what is wrong is tested
    assert await bench.service.schedules.find() == []


async def test_the_name_the_options_and_the_job_are_checked(bench: Bench) -> None:
    with pytest.raises(InvalidName):
        await bench.service.schedule("a:b", Greet(), every="1h")
    with pytest.raises(InvalidSchedule, match="at most 40"):
        await bench.service.schedule("n" * 41, Greet(), every="1h")
    with pytest.raises(InvalidJob, match="queue 'a b'"):
        await bench.service.schedule("name", Greet(), every="1h", queue="a b")
    with pytest.raises(InvalidJob, match="leave key, delay and run_at out"):
        await bench.service.schedule("name", Greet(), every="1h", delay="1h")  # type: ignore[call-arg]  # what is wrong is tested


async def test_one_that_fires_once_may_be_said_again_while_it_is_stored(bench: Bench) -> None:
    at = START + HOUR
    schedule_id = await bench.service.schedule("once", Greet(), at=at)
    bench.clock.advance(2 * HOUR)
    assert await bench.service.schedule("once", Greet(name="new"), at=at) == schedule_id
    assert (await bench.service.schedules.get(schedule_id)).next_at == at


async def test_a_preview_shows_what_a_clock_change_does(bench: Bench) -> None:
    def shown(after: datetime, **rule: str) -> list[tuple[str, str]]:
        times = bench.service.schedules.preview(
            schedule_rule(timezone="Europe/Berlin", **rule),  # type: ignore[arg-type]  # what is wrong is tested
            3,
            after,
        )
        return [(f"{time.local:%d %H:%M %Z}", time.note) for time in times]

    spring, autumn = datetime(2027, 3, 27, tzinfo=UTC), datetime(2027, 10, 31, tzinfo=UTC)
    assert shown(spring, cron="30 2 * * *") == [
        ("27 02:30 CET", ""),
        ("28 03:00 CEST", "gap: the clock goes from 02:00 to 03:00"),
        ("29 02:30 CEST", ""),
    ]
    assert shown(spring, cron="30 2 * * *", gap="skip")[1] == (
        "29 02:30 CEST",
        "gap: none on 2027-03-28",
    )
    assert shown(autumn, cron="30 2 * * *", fold="both")[:2] == [
        ("31 02:30 CEST", "overlap: the first 02:30"),
        ("31 02:30 CET", "overlap: the second 02:30"),
    ]


async def test_one_that_is_over_is_not_resumed(bench: Bench) -> None:
    schedule_id = await bench.service.schedule("once", Greet(), every="1h", max_runs=1)
    known = await bench.service.schedules.get(schedule_id)
    await bench.scheduler.fire([firing(known, START + 2 * HOUR)])
    with pytest.raises(InvalidSchedule, match="has made all of its jobs"):
        await bench.service.schedules.resume(schedule_id)
