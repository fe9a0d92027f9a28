"""What the port promises of schedules that lie in it."""

from dataclasses import replace

from jobsys.domain.envelope import Header
from jobsys.domain.job_id import JobId
from jobsys.domain.payload import JobPayload
from jobsys.domain.priority import JobPriority
from jobsys.domain.retry import RetryPolicy
from jobsys.domain.schedule_rule import ScheduleRule
from jobsys.testing.backend import SchedulerUnderTest
from jobsys.testing.jobs import HOUR, QUEUE, SECOND
from jobsys.testing.schedules import EACH_MINUTE, due_in, firing, schedule, stored
from jobsys.testing.virtual_clock import START


class SchedulesSuite:
    """One test for each sentence."""

    async def test_a_schedule_comes_back_as_it_was_put(self, backend: SchedulerUnderTest) -> None:
        put = replace(
            schedule("a", START + HOUR, priority=JobPriority.CRITICAL),
            rule=ScheduleRule(cron="*/5 2 * * 1-5", timezone="Europe/Berlin"),
            header=Header(type="report", version=3, retry=RetryPolicy(max_attempts=7)),
            payload=JobPayload('{"text":"é\\n\U0001f600"}'.encode()),
        )
        await backend.scheduler.put([put])
        assert await stored(backend, "a") == put

    async def test_a_rule_of_each_kind_comes_back(self, backend: SchedulerUnderTest) -> None:
        rules = [
            ScheduleRule(cron="0 2 * * *"),
            ScheduleRule(every=90 * SECOND),
            ScheduleRule(at=START + HOUR),
        ]
        await backend.scheduler.put(
            [schedule(str(i), START + HOUR, rule=rule) for i, rule in enumerate(rules)]
        )
        assert [s.rule for s in await backend.scheduler.find()] == rules

    async def test_get_leaves_out_what_does_not_exist(self, backend: SchedulerUnderTest) -> None:
        await backend.scheduler.put([schedule("a", START)])
        wanted = [JobId.of(QUEUE, "a"), JobId.of(QUEUE, "b"), JobId.of("other", "a")]
        assert list(await backend.scheduler.get(wanted)) == wanted[:1]

    async def test_find_returns_them_in_the_order_of_their_ids(
        self, backend: SchedulerUnderTest
    ) -> None:
        ids = [("z", "a"), ("b", "b"), ("b", "a"), ("b.c", "a"), ("b-c", "a")]
        await backend.scheduler.put([schedule(name, START, queue=queue) for queue, name in ids])
        found = await backend.scheduler.find()
        assert [(s.id.queue, s.id.key) for s in found] == sorted(ids)
        assert [s.id.key for s in await backend.scheduler.find("b")] == ["a", "b"]
        assert await backend.scheduler.find("none") == []

    async def test_putting_one_again_changes_nothing(self, backend: SchedulerUnderTest) -> None:
        await backend.scheduler.put([schedule("a", START + HOUR)])
        before = await backend.scheduler.find()
        await backend.scheduler.put([schedule("a", START + HOUR)])
        assert await backend.scheduler.find() == before

    async def test_one_that_is_replaced_keeps_what_it_has_counted(
        self, backend: SchedulerUnderTest
    ) -> None:
        first = schedule("a", START)
        await backend.scheduler.put([first])
        await backend.scheduler.fire([firing(first, START + HOUR)])
        other = schedule("a", START + 2 * HOUR, rule=ScheduleRule(cron="0 2 * * *"))
        await backend.scheduler.put([other])
        assert await stored(backend, "a") == replace(other, last_at=START, fired=1)

    async def test_one_whose_rule_is_as_it_was_goes_on_where_it_was(
        self, backend: SchedulerUnderTest
    ) -> None:
        await backend.scheduler.put([schedule("a", START + HOUR)])
        again = schedule("a", START + 3 * HOUR, priority=JobPriority.LOW)
        await backend.scheduler.put([again])
        assert await stored(backend, "a") == replace(again, next_at=START + HOUR)

    async def test_one_that_is_paused_stays_paused_whatever_its_rule(
        self, backend: SchedulerUnderTest
    ) -> None:
        for rule in (EACH_MINUTE, ScheduleRule(cron="0 2 * * *")):
            await backend.scheduler.put([schedule("a", START + HOUR)])
            await backend.scheduler.set_next(JobId.of(QUEUE, "a"), None)
            await backend.scheduler.put([schedule("a", START + HOUR, rule=rule)])
            assert (await stored(backend, "a")).is_paused

    async def test_one_whose_rule_has_changed_begins_anew(
        self, backend: SchedulerUnderTest
    ) -> None:
        await backend.scheduler.put([schedule("a", START), schedule("b", START + HOUR)])
        rule = ScheduleRule(cron="0 2 * * *")
        await backend.scheduler.put([schedule(k, START + 2 * HOUR, rule=rule) for k in "ab"])
        assert [s.next_at for s in await backend.scheduler.find()] == [START + 2 * HOUR] * 2

    async def test_remove_forgets_it_and_says_whether_there_was_one(
        self, backend: SchedulerUnderTest
    ) -> None:
        await backend.scheduler.put([schedule("a", START), schedule("b", START)])
        removed = [await backend.scheduler.remove(JobId.of(QUEUE, "a")) for _ in range(2)]
        assert removed == [True, False]
        assert [s.id.key for s in await backend.scheduler.find()] == ["b"]
        due = await due_in(backend.scheduler, [QUEUE])
        assert [s.id.key for s in due.schedules] == ["b"]

    async def test_the_jobs_that_a_removed_one_made_stay(self, backend: SchedulerUnderTest) -> None:
        made = schedule("a", START)
        await backend.scheduler.put([made])
        await backend.scheduler.fire([firing(made, START + HOUR)])
        await backend.scheduler.remove(made.id)
        job_id = firing(made, None).job_id
        assert list(await backend.inspector.get([job_id])) == [job_id]

    async def test_set_next_says_whether_there_is_such_a_schedule(
        self, backend: SchedulerUnderTest
    ) -> None:
        await backend.scheduler.put([schedule("a", START)])
        ids = [JobId.of(QUEUE, "a"), JobId.of(QUEUE, "b")]
        assert [await backend.scheduler.set_next(i, START + HOUR) for i in ids] == [True, False]
        assert [s.next_at for s in await backend.scheduler.find()] == [START + HOUR]

    async def test_another_adapter_sees_the_same_schedules(
        self, backend: SchedulerUnderTest
    ) -> None:
        await backend.scheduler.put([schedule("a", START)])
        assert await (await backend.another_scheduler()).find() == await backend.scheduler.find()
