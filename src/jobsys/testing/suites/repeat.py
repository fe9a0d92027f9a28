"""What `JobQueue.turn` and `JobQueue.reclaim` promise to who repeats a call."""

from jobsys.ports.turn import Claim, Refusal
from jobsys.testing.backend import BackendUnderTest
from jobsys.testing.jobs import LEASE_FOR, QUEUE, SECOND, jobs, look, snapshot
from jobsys.testing.lane import Lane

CLAIM_TWO = [Claim(QUEUE, 2)]


class RepeatSuite:
    """One test for each sentence."""

    async def test_a_ticket_repeated_is_answered_with_the_leases_of_its_first_call(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue(jobs("a", "b", "c"))
        lane = Lane(backend.queue)
        ticket = lane.ticket()
        first = await lane.turn((), CLAIM_TWO, ticket)
        before = await snapshot(backend)
        repeated = await lane.turn((), CLAIM_TWO, ticket)
        assert list(repeated.leases) == list(first.leases)
        assert [lease.record.id.key for lease in repeated.leases] == ["a", "b"]
        assert repeated.waiting == {QUEUE: 1}
        assert await snapshot(backend) == before

    async def test_a_ticket_repeated_is_answered_with_the_refusals_of_its_first_call(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue(jobs("a", "b"))
        lane = Lane(backend.queue)
        a, b = await lane.claim()
        await lane.settle(a.succeeded(None))
        ticket, settle = lane.ticket(), [a.released(), b.succeeded(b"1")]
        first = await lane.turn(settle, (), ticket)
        before = await snapshot(backend)
        repeated = await lane.turn(settle, (), ticket)
        assert first.refused == repeated.refused == {0: Refusal.LOST}
        assert await snapshot(backend) == before

    async def test_a_repeat_renews_the_leases_that_the_lane_still_holds(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue(jobs("a", "b"))
        lane = Lane(backend.queue)
        ticket = lane.ticket()
        await lane.turn((), CLAIM_TWO, ticket)
        await backend.advance(LEASE_FOR - SECOND)
        repeated = await lane.turn((), CLAIM_TWO, ticket)
        renewed = await backend.now() + LEASE_FOR
        assert [lease.expires_at for lease in repeated.leases] == [renewed, renewed]
        await backend.advance(SECOND)
        assert await Lane(backend.queue).reclaim() == []

    async def test_a_repeat_through_another_adapter_changes_nothing_either(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue(jobs("a", "b", "c"))
        lane = Lane(backend.queue)
        ticket = lane.ticket()
        first = await lane.turn((), CLAIM_TWO, ticket)
        other = await backend.another()
        repeated = await other.turn(ticket, (), CLAIM_TWO, LEASE_FOR)
        assert list(repeated.leases) == list(first.leases)

    async def test_a_repeat_leaves_out_leases_that_the_lane_does_not_hold_any_more(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue(jobs("a", "b"))
        lane, sweeper = Lane(backend.queue), Lane(backend.queue)
        ticket = lane.ticket()
        await lane.turn((), CLAIM_TWO, ticket)
        await backend.advance(LEASE_FOR)
        [taken] = await sweeper.reclaim(limit=1)
        repeated = await lane.turn((), CLAIM_TWO, ticket)
        held = {"a", "b"} - {taken.record.id.key}
        assert {lease.record.id.key for lease in repeated.leases} == held

    async def test_a_turn_that_changed_nothing_is_not_remembered(
        self, backend: BackendUnderTest
    ) -> None:
        lane = Lane(backend.queue)
        ticket = lane.ticket()
        assert (await lane.turn((), CLAIM_TWO, ticket)).leases == []
        await backend.queue.enqueue(jobs("a"))
        late = await lane.turn((), CLAIM_TWO, ticket)
        assert [lease.record.id.key for lease in late.leases] == ["a"]

    async def test_a_ticket_older_than_the_lanes_last_does_nothing(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue(jobs("a", "b", "c"))
        lane = Lane(backend.queue)
        old = lane.ticket()
        [lease] = await lane.claim(1)
        before = await snapshot(backend)
        late = await lane.turn([lease.succeeded(None)], CLAIM_TWO, old)
        assert (list(late.leases), late.refused) == ([], {})
        assert await snapshot(backend) == before

    async def test_a_lane_does_not_answer_for_another(self, backend: BackendUnderTest) -> None:
        await backend.queue.enqueue(jobs("a", "b"))
        one, other = Lane(backend.queue), Lane(backend.queue)
        assert await one.claim_keys(1) == ["a"]
        assert await other.claim_keys(1) == ["b"]

    async def test_a_reclaim_repeated_is_answered_as_a_repeated_turn_is(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue(jobs("a", "b"))
        await Lane(backend.queue).claim()
        await backend.advance(LEASE_FOR)
        sweeper = Lane(backend.queue)
        ticket = sweeper.ticket()
        first = await sweeper.reclaim(ticket=ticket)
        before = await snapshot(backend)
        assert list(await sweeper.reclaim(ticket=ticket)) == list(first)
        assert await snapshot(backend) == before
        assert (await look(backend, "a")).standing.token == 2
