"""What the port promises of schedules that have an end, a delay or a policy of their own."""

from dataclasses import replace

import pytest

from jobsys.domain.schedule import Schedule
from jobsys.domain.schedule_policy import Misfire, Overlap, SchedulePolicy
from jobsys.domain.schedule_rule import Fold, Gap, ScheduleRule
from jobsys.domain.status import JobStatus
from jobsys.testing.backend import SchedulerUnderTest
from jobsys.testing.jobs import HOUR, QUEUE, SECOND, found, id_of, snapshot
from jobsys.testing.lane import Lane
from jobsys.testing.schedules import due_in, firing, schedule, stored
from jobsys.testing.situations import bring_to
from jobsys.testing.virtual_clock import START

LATER = START + HOUR
TWICE = ScheduleRule(every=HOUR, max_runs=2)


class SchedulePoliciesSuite:
    """One test for each sentence."""

    async def test_a_rule_and_a_policy_that_say_all_come_back(
        self, backend: SchedulerUnderTest
    ) -> None:
        rule = ScheduleRule(
            cron="0 30 2 L-3 * 1#2",
            timezone="Europe/Berlin",
            gap=Gap.SKIP,
            fold=Fold.BOTH,
            start=START,
            end=START + 9 * HOUR,
            max_runs=7,
            jitter=SECOND,
        )
        policy = SchedulePolicy(
            misfire=Misfire.ALL, misfire_limit=5, deadline=HOUR, overlap=Overlap.SKIP
        )
        put = replace(schedule("a", LATER, rule=rule), policy=policy)
        await backend.scheduler.put([put])
        assert await stored(backend, "a") == put
        await backend.scheduler.fire([firing(put, START + 2 * HOUR)])
        assert (await stored(backend, "a")).policy == policy

    async def test_one_whose_rule_is_as_it_was_goes_on_with_another_policy(
        self, backend: SchedulerUnderTest
    ) -> None:
        await backend.scheduler.put([schedule("a", START)])
        policy = SchedulePolicy(misfire=Misfire.SKIP)
        await backend.scheduler.put([replace(schedule("a", LATER), policy=policy)])
        assert await stored(backend, "a") == replace(schedule("a", START), policy=policy)

    async def test_one_that_has_made_all_its_jobs_stays_without_a_next_fire_time(
        self, backend: SchedulerUnderTest
    ) -> None:
        over = await made_twice(backend)
        assert (over.fired, over.next_at, over.is_over, over.is_paused) == (2, None, True, False)
        assert (await due_in(backend.scheduler, [QUEUE])).schedules == []
        assert len(await found(backend)) == 2

    async def test_one_that_is_over_stays_so_until_it_is_replaced_by_one_that_allows_more(
        self, backend: SchedulerUnderTest
    ) -> None:
        over = await made_twice(backend)
        for rule in (TWICE, ScheduleRule(every=SECOND, max_runs=1)):
            await backend.scheduler.put([schedule("a", LATER, rule=rule)])
            assert (await stored(backend, "a")).next_at is None
        more = schedule("a", LATER, rule=ScheduleRule(every=HOUR, max_runs=3))
        await backend.scheduler.put([more])
        assert await stored(backend, "a") == replace(more, last_at=over.last_at, fired=2)

    async def test_a_fire_time_that_makes_no_job_does_not_count(
        self, backend: SchedulerUnderTest
    ) -> None:
        made = schedule("a", START, rule=TWICE)
        await backend.scheduler.put([made])
        for hour in range(3):
            waiting = replace(made, next_at=START + hour * HOUR)
            passed = waiting.firing(START + hour * HOUR, None, START + (hour + 1) * HOUR)
            assert await backend.scheduler.fire([passed]) == [False]
        assert await stored(backend, "a") == replace(made, next_at=START + 3 * HOUR)
        assert await found(backend) == []

    async def test_the_job_of_a_fire_time_that_comes_later_passes_over_those_before_it(
        self, backend: SchedulerUnderTest
    ) -> None:
        made = schedule("a", START)
        await backend.scheduler.put([made])
        await backend.advance(HOUR)
        late = made.firing(START, LATER, LATER + HOUR)
        assert await backend.scheduler.fire([late, late]) == [True, False]
        assert [record.id.key for record in await found(backend)] == ["a-20300101T010000Z"]
        after = replace(made, next_at=LATER + HOUR, last_at=LATER, fired=1)
        assert await stored(backend, "a") == after

    async def test_a_job_with_a_delay_is_scheduled_and_due_so_long_after_its_fire_time(
        self, backend: SchedulerUnderTest
    ) -> None:
        made = schedule("a", START)
        await backend.scheduler.put([made])
        await backend.scheduler.fire([replace(firing(made, LATER), delay=SECOND)])
        [record] = await found(backend)
        assert (record.status, record.standing.due_at) == (JobStatus.SCHEDULED, START + SECOND)
        assert record.id.key == "a-20300101T000000Z"
        assert (await stored(backend, "a")).last_at == START
        await backend.advance(SECOND)
        assert (await backend.queue.tick([QUEUE], 10)).promoted == 1
        assert await Lane(backend.queue).claim_keys() == [record.id.key]

    async def test_a_delay_that_is_over_makes_a_job_that_is_ready(
        self, backend: SchedulerUnderTest
    ) -> None:
        made = schedule("a", START)
        await backend.scheduler.put([made])
        await backend.advance(SECOND)
        await backend.scheduler.fire([replace(firing(made, LATER), delay=SECOND)])
        assert [record.status for record in await found(backend)] == [JobStatus.QUEUED]

    @pytest.mark.parametrize("status", list(JobStatus))
    async def test_while_the_job_before_has_not_ended_none_is_made(
        self, backend: SchedulerUnderTest, status: JobStatus
    ) -> None:
        before = await bring_to(backend, status)
        made = schedule("a", START)
        await backend.scheduler.put([made])
        unless = replace(firing(made, LATER), unless_open=before)
        assert await backend.scheduler.fire([unless]) == [status.is_final]
        assert len(await found(backend)) == 1 + status.is_final
        assert (await stored(backend, "a")).next_at == LATER
        assert (await stored(backend, "a")).fired == status.is_final

    async def test_a_fresh_job_that_waits_has_not_ended(self, backend: SchedulerUnderTest) -> None:
        made = replace(schedule("a", START), policy=SchedulePolicy(overlap=Overlap.SKIP))
        await backend.scheduler.put([made])
        await backend.scheduler.fire([firing(made, LATER)])
        known = await stored(backend, "a")
        before = await snapshot(backend)
        assert await backend.scheduler.fire([firing(known, LATER + HOUR)]) == [False]
        assert await snapshot(backend) == before
        assert await stored(backend, "a") == replace(known, next_at=LATER + HOUR)

    async def test_a_job_that_exists_no_more_has_ended(self, backend: SchedulerUnderTest) -> None:
        made = schedule("a", START)
        await backend.scheduler.put([made])
        unless = replace(firing(made, LATER), unless_open=id_of("gone"))
        assert await backend.scheduler.fire([unless]) == [True]


async def made_twice(backend: SchedulerUnderTest) -> Schedule:
    """Returns a schedule that has made both of its jobs."""
    await backend.scheduler.put([schedule("a", START, rule=TWICE)])
    for hour in (1, 2):
        known = await stored(backend, "a")
        assert await backend.scheduler.fire([firing(known, START + hour * HOUR)]) == [True]
    return await stored(backend, "a")
