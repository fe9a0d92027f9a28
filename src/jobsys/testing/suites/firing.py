"""What the port promises of schedules whose time has come."""

import asyncio
from dataclasses import replace

from jobsys.domain.job_id import JobId
from jobsys.domain.priority import JobPriority
from jobsys.domain.schedule import Firing
from jobsys.domain.status import JobStatus
from jobsys.ports.submission import Receipt
from jobsys.testing.backend import SchedulerUnderTest
from jobsys.testing.jobs import HOUR, QUEUE, SECOND, found, job, keys_of, snapshot
from jobsys.testing.lane import Lane
from jobsys.testing.schedules import due_in, firing, schedule, stored
from jobsys.testing.virtual_clock import START

LATER = START + HOUR


class FiringSuite:
    """One test for each sentence."""

    async def test_due_are_those_whose_time_has_come_the_earliest_first(
        self, backend: SchedulerUnderTest
    ) -> None:
        times = {"c": 3, "a": 1, "later": 9, "b": 2}
        await backend.scheduler.put([schedule(k, START + s * SECOND) for k, s in times.items()])
        await backend.advance(3 * SECOND)
        due = await due_in(backend.scheduler, [QUEUE])
        assert [s.id.key for s in due.schedules] == ["a", "b", "c"]
        assert (due.now, due.next_at) == (START + 3 * SECOND, START + 9 * SECOND)

    async def test_due_returns_up_to_its_limit_a_queue(self, backend: SchedulerUnderTest) -> None:
        await backend.scheduler.put(
            [schedule(k, START, queue=queue) for queue in ("left", "right") for k in "abc"]
        )
        due = await due_in(backend.scheduler, ["left", "right"], 2)
        assert [str(s.id) for s in due.schedules] == ["left:a", "left:b", "right:a", "right:b"]
        assert due.next_at == START

    async def test_due_leaves_queues_alone_that_are_not_named(
        self, backend: SchedulerUnderTest
    ) -> None:
        await backend.scheduler.put([schedule("a", START), schedule("b", LATER, queue="other")])
        due = await due_in(backend.scheduler, ["other"])
        assert (due.schedules, due.next_at) == ([], LATER)

    async def test_none_is_due_in_queues_that_have_no_schedules(
        self, backend: SchedulerUnderTest
    ) -> None:
        made = schedule("a", START)
        await backend.scheduler.put([made])
        assert await backend.scheduler.due(["other"], 10) is None
        await backend.scheduler.remove(made.id)
        assert await backend.scheduler.due([QUEUE], 10) is None

    async def test_a_paused_one_is_never_due(self, backend: SchedulerUnderTest) -> None:
        await backend.scheduler.put([schedule("a", START)])
        await backend.scheduler.set_next(JobId.of(QUEUE, "a"), None)
        due = await due_in(backend.scheduler, [QUEUE])
        assert (due.schedules, due.next_at) == ([], None)

    async def test_a_firing_makes_the_job_and_advances_the_schedule(
        self, backend: SchedulerUnderTest
    ) -> None:
        made = schedule("a", START, priority=JobPriority.HIGH)
        await backend.scheduler.put([made])
        assert await backend.scheduler.fire([firing(made, LATER)]) == [True]
        [record] = await found(backend)
        assert record.id == f"{QUEUE}:a-20300101T000000Z"
        assert (record.header, record.payload) == (made.header, made.payload)
        assert (record.status, record.priority) == (JobStatus.QUEUED, JobPriority.HIGH)
        assert await stored(backend, "a") == replace(made, next_at=LATER, last_at=START, fired=1)

    async def test_its_job_goes_to_the_tail_of_its_levels_list_and_is_counted(
        self, backend: SchedulerUnderTest
    ) -> None:
        made = schedule("a", START)
        await backend.scheduler.put([made])
        await backend.queue.enqueue([job("here")])
        await backend.scheduler.fire([firing(made, LATER)])
        assert (await backend.inspector.counts())[QUEUE].now[JobStatus.QUEUED] == 2
        keys = ["here", firing(made, None).job_id.key]
        assert await Lane(backend.queue).claim_keys() == keys

    async def test_a_firing_ends_the_wait_of_a_worker(self, backend: SchedulerUnderTest) -> None:
        made = schedule("a", START)
        await backend.scheduler.put([made])
        waiting = asyncio.create_task(backend.queue.wait([QUEUE], 30 * SECOND))
        while not waiting.done():
            await asyncio.sleep(0.01)
            await backend.scheduler.fire([firing(made, LATER)])
        assert await waiting == [QUEUE]

    async def test_a_firing_that_is_repeated_makes_nothing(
        self, backend: SchedulerUnderTest
    ) -> None:
        made = schedule("a", START)
        await backend.scheduler.put([made])
        await backend.scheduler.fire([firing(made, LATER)])
        before = await snapshot(backend), await backend.scheduler.find()
        assert await backend.scheduler.fire([firing(made, LATER)]) == [False]
        assert (await snapshot(backend), await backend.scheduler.find()) == before

    async def test_one_firing_given_twice_in_one_call_makes_one_job(
        self, backend: SchedulerUnderTest
    ) -> None:
        made = schedule("a", START)
        await backend.scheduler.put([made])
        assert await backend.scheduler.fire([firing(made, LATER)] * 2) == [True, False]
        assert (await stored(backend, "a")).fired == len(await found(backend)) == 1

    async def test_of_many_who_fire_one_does(self, backend: SchedulerUnderTest) -> None:
        made = schedule("a", START)
        await backend.scheduler.put([made])
        schedulers = [backend.scheduler, *[await backend.another_scheduler() for _ in range(3)]]
        tries = [one.fire([firing(made, LATER)]) for one in schedulers for _ in range(5)]
        fired = [made for answer in await asyncio.gather(*tries) for made in answer]
        assert fired.count(True) == len(await found(backend)) == 1

    async def test_a_firing_for_another_time_than_the_one_waited_for_does_nothing(
        self, backend: SchedulerUnderTest
    ) -> None:
        made = schedule("a", START)
        await backend.scheduler.put([made])
        before = await snapshot(backend), await backend.scheduler.find()
        wrong = [Firing(made.id, at, LATER, fire_at=at) for at in (START - SECOND, START + SECOND)]
        assert await backend.scheduler.fire(wrong) == [False, False]
        assert (await snapshot(backend), await backend.scheduler.find()) == before

    async def test_a_paused_or_removed_one_does_not_fire(self, backend: SchedulerUnderTest) -> None:
        paused, removed = schedule("a", START), schedule("b", START)
        await backend.scheduler.put([paused, removed])
        await backend.scheduler.set_next(paused.id, None)
        await backend.scheduler.remove(removed.id)
        tries = [firing(paused, LATER), firing(removed, LATER)]
        assert await backend.scheduler.fire(tries) == [False, False]
        assert await found(backend) == []

    async def test_the_job_is_the_one_that_the_schedule_has_now(
        self, backend: SchedulerUnderTest
    ) -> None:
        before, now = schedule("a", START), schedule("a", START, priority=JobPriority.LOW)
        await backend.scheduler.put([before])
        await backend.scheduler.put([now])
        await backend.scheduler.fire([firing(before, LATER)])
        assert [record.priority for record in await found(backend)] == [JobPriority.LOW]

    async def test_a_fire_time_whose_job_exists_is_advanced_over(
        self, backend: SchedulerUnderTest
    ) -> None:
        made = schedule("a", START)
        await backend.scheduler.put([made])
        there = job(firing(made, None).job_id.key)
        assert await backend.queue.enqueue([there]) == [Receipt.CREATED]
        assert await backend.scheduler.fire([firing(made, LATER)]) == [False]
        assert keys_of(await found(backend)) == [there.job_id.key]
        assert await stored(backend, "a") == replace(made, next_at=LATER)

    async def test_one_without_a_next_fire_time_is_removed_with_its_last_job(
        self, backend: SchedulerUnderTest
    ) -> None:
        made = schedule("a", START)
        await backend.scheduler.put([made])
        assert await backend.scheduler.fire([firing(made, None)]) == [True]
        assert await backend.scheduler.find() == []
        assert len(await found(backend)) == 1

    async def test_fires_in_several_queues_in_one_call_and_answers_in_order(
        self, backend: SchedulerUnderTest
    ) -> None:
        ids = [("left", "a"), ("right", "a"), ("left", "b"), ("right", "b")]
        made = [schedule(name, START, queue=queue) for queue, name in ids]
        await backend.scheduler.put([made[0], made[3]])
        fired = await backend.scheduler.fire([firing(one, LATER) for one in made])
        assert fired == [True, False, False, True]
        assert [record.id.queue for record in await found(backend)] == ["left", "right"]
