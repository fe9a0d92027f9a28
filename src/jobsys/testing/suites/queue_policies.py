"""What `QueuePolicies` promises, and how a queue goes by it."""

import asyncio
from datetime import timedelta
from typing import Final

from jobsys.domain.move import Move
from jobsys.domain.priority import JobPriority
from jobsys.domain.queue_policy import DEFAULT_POLICY, QueuePolicy
from jobsys.domain.status import JobEvent, JobStatus, Reason
from jobsys.ports.submission import Receipt
from jobsys.ports.turn import Claim
from jobsys.testing.backend import QueuePoliciesUnderTest
from jobsys.testing.jobs import CRASH, QUEUE, SECOND, id_of, job, jobs, look
from jobsys.testing.lane import Lane

LONG: Final = timedelta(seconds=5)
SHORT: Final = timedelta(milliseconds=50)
PAUSED: Final = QueuePolicy(paused=True)


async def put(backend: QueuePoliciesUnderTest, policy: QueuePolicy) -> None:
    """Sets the queue's policy, whatever it was."""
    before = (await backend.policies.get([QUEUE]))[QUEUE]
    assert await backend.policies.put(QUEUE, before, policy)


class PoliciesSuite:
    """One test for each sentence."""

    async def test_a_queue_of_which_nothing_was_set_has_the_default(
        self, backend: QueuePoliciesUnderTest
    ) -> None:
        assert await backend.policies.get([QUEUE, "other"]) == {
            QUEUE: DEFAULT_POLICY,
            "other": DEFAULT_POLICY,
        }

    async def test_what_was_put_is_what_is_got(self, backend: QueuePoliciesUnderTest) -> None:
        full = QueuePolicy(
            paused=True,
            closed=True,
            max_jobs=7,
            wait_for_room=SECOND,
            age_after=LONG,
            paused_types=frozenset({"greet", "count"}),
        )
        await put(backend, full)
        assert await backend.policies.get([QUEUE]) == {QUEUE: full}
        await put(backend, QueuePolicy(max_jobs=3))
        assert await backend.policies.get([QUEUE]) == {QUEUE: QueuePolicy(max_jobs=3)}

    async def test_a_queue_that_has_a_policy_is_counted_and_named_until_nothing_is_set_any_more(
        self, backend: QueuePoliciesUnderTest
    ) -> None:
        await put(backend, PAUSED)
        [(queue, counts)] = (await backend.inspector.counts()).items()
        assert queue == QUEUE
        assert counts.now == counts.ever == dict.fromkeys(JobStatus, 0)
        assert counts.waiting == dict.fromkeys(JobPriority, 0)
        assert list(await backend.inspector.queues()) == [QUEUE]
        await put(backend, DEFAULT_POLICY)
        assert (
            list(await backend.inspector.queues()) == list(await backend.inspector.counts()) == []
        )
        await put(backend, QueuePolicy(max_jobs=3))
        await backend.queue.enqueue(jobs("a"))
        await put(backend, DEFAULT_POLICY)
        assert (await backend.inspector.counts())[QUEUE].ever[JobStatus.QUEUED] == 1

    async def test_a_queue_of_which_a_policy_was_only_asked_or_refused_had_none(
        self, backend: QueuePoliciesUnderTest
    ) -> None:
        await backend.policies.get([QUEUE])
        assert not await backend.policies.put(QUEUE, PAUSED, DEFAULT_POLICY)
        assert await backend.inspector.counts() == {}
        assert list(await backend.inspector.queues()) == []

    async def test_of_several_who_change_what_they_saw_alike_one_does(
        self, backend: QueuePoliciesUnderTest
    ) -> None:
        changes = [QueuePolicy(max_jobs=number) for number in range(1, 6)]
        asked = (backend.policies.put(QUEUE, DEFAULT_POLICY, after) for after in changes)
        done = await asyncio.gather(*asked)
        assert sum(done) == 1
        assert (await backend.policies.get([QUEUE]))[QUEUE] == changes[done.index(True)]

    async def test_a_queue_that_is_paused_gives_no_job_out_and_says_that_none_waits(
        self, backend: QueuePoliciesUnderTest
    ) -> None:
        await backend.queue.enqueue(jobs("a", "b"))
        await put(backend, PAUSED)
        turn = await Lane(backend.queue).turn(claim=[Claim(QUEUE, 10)])
        assert (list(turn.leases), turn.waiting) == ([], {QUEUE: 0})
        assert list(await backend.queue.wait([QUEUE], SHORT)) == []
        assert await backend.queue.has_work([QUEUE])

    async def test_a_queue_that_is_paused_keeps_what_is_leased_and_settles_it(
        self, backend: QueuePoliciesUnderTest
    ) -> None:
        await backend.queue.enqueue(jobs("a"))
        lane = Lane(backend.queue)
        lease = await lane.claim_one()
        await put(backend, PAUSED)
        await lane.settle(lease.succeeded(None))
        assert (await look(backend, "a")).status is JobStatus.COMPLETED

    async def test_a_queue_that_goes_on_wakes_who_waits_for_work(
        self, backend: QueuePoliciesUnderTest
    ) -> None:
        await put(backend, PAUSED)
        await backend.queue.enqueue(jobs("a"))
        async with asyncio.timeout(LONG.total_seconds()), asyncio.TaskGroup() as group:
            waiting = group.create_task((await backend.another()).wait([QUEUE], LONG))
            await asyncio.sleep(0)
            await put(backend, DEFAULT_POLICY)
        assert list(waiting.result()) == [QUEUE]
        assert await Lane(backend.queue).claim_keys() == ["a"]

    async def test_a_queue_that_is_closed_takes_no_new_job_in(
        self, backend: QueuePoliciesUnderTest
    ) -> None:
        await backend.queue.enqueue(jobs("a"))
        await put(backend, QueuePolicy(closed=True))
        receipts = await backend.queue.enqueue(jobs("a", "b"))
        assert list(receipts) == [Receipt.EXISTS, Receipt.CLOSED]
        assert await Lane(backend.queue).claim_keys() == ["a"]

    async def test_a_queue_takes_as_many_jobs_in_as_leave_no_more_waiting_than_allowed(
        self, backend: QueuePoliciesUnderTest
    ) -> None:
        await put(backend, QueuePolicy(max_jobs=3))
        later = job("later", due=SECOND)
        receipts = await backend.queue.enqueue([*jobs("a", "b"), later, *jobs("c", "a")])
        created, full = Receipt.CREATED, Receipt.FULL
        assert list(receipts) == [created, created, created, full, Receipt.EXISTS]
        assert len(await Lane(backend.queue).claim(1)) == 1
        assert list(await backend.queue.enqueue(jobs("d", "e"))) == [created, full]

    async def test_of_many_who_submit_at_once_as_many_find_room_as_there_is(
        self, backend: QueuePoliciesUnderTest
    ) -> None:
        await put(backend, QueuePolicy(max_jobs=5))
        queues = [backend.queue, await backend.another()]
        asked = (queues[n % 2].enqueue(jobs(f"job-{n}")) for n in range(20))
        receipts = [one for [one] in await asyncio.gather(*asked)]
        assert receipts.count(Receipt.CREATED) == 5
        assert receipts.count(Receipt.FULL) == 15

    async def test_jobs_that_come_back_or_are_replayed_always_find_room(
        self, backend: QueuePoliciesUnderTest
    ) -> None:
        await backend.queue.enqueue(jobs("back", "dead"))
        lane = Lane(backend.queue)
        back, dead = await lane.claim(2)
        await put(backend, QueuePolicy(max_jobs=1))
        await backend.queue.enqueue(jobs("new"))
        await lane.settle(back.released(), dead.failed(CRASH, None, Reason.EXHAUSTED))
        [replayed] = await backend.queue.move([Move(id_of("dead"), JobEvent.REPLAYED)])
        assert replayed.applied
        assert sorted(await lane.claim_keys()) == ["back", "dead", "new"]

    async def test_a_turn_names_the_types_that_a_queue_holds_back(
        self, backend: QueuePoliciesUnderTest
    ) -> None:
        await backend.queue.enqueue(jobs("a"))
        lane, claims = Lane(backend.queue), [Claim(QUEUE, 1)]
        ticket = lane.ticket()
        await put(backend, QueuePolicy(paused_types=frozenset({"greet", "count"})))
        turn = await lane.turn(claim=claims, ticket=ticket)
        assert {q: set(types) for q, types in turn.held_back.items()} == {QUEUE: {"greet", "count"}}
        assert len(turn.leases) == 1
        again = await lane.turn(claim=claims, ticket=ticket)
        assert (len(again.leases), again.held_back) == (1, turn.held_back)
