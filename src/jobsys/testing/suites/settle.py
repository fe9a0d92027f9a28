"""What `JobQueue.turn` promises to who settles."""

from dataclasses import replace
from datetime import timedelta

from jobsys.domain.lease import Lease
from jobsys.domain.move import Move
from jobsys.domain.status import JobEvent, JobStatus, Reason
from jobsys.ports.turn import Refusal
from jobsys.testing.backend import BackendUnderTest
from jobsys.testing.endings import ended
from jobsys.testing.jobs import id_of, job, jobs, look, snapshot
from jobsys.testing.lane import Lane
from jobsys.testing.situations import bring_to, cancel, lease_of


class SettleSuite:
    """One test for each sentence."""

    async def test_a_transition_with_a_stale_token_is_refused_as_lost(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue(jobs("a"))
        lane = Lane(backend.queue)
        stale = await lane.claim_one()
        await lane.settle(stale.released())
        await lane.claim_one()
        await _is_lost(backend, lane, stale)

    async def test_a_transition_with_another_lane_is_refused_as_lost(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue(jobs("a"))
        lane = Lane(backend.queue)
        lease = await lane.claim_one()
        standing = replace(lease.record.standing, lane="lane-0")
        foreign = replace(lease, record=replace(lease.record, standing=standing))
        await _is_lost(backend, lane, foreign)

    async def test_a_transition_of_an_ended_lease_is_refused_as_lost(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue(jobs("a"))
        lane = Lane(backend.queue)
        lease = await lane.claim_one()
        await lane.settle(lease.succeeded(None))
        await _is_lost(backend, lane, lease)

    async def test_a_transition_of_a_job_that_was_deleted_and_submitted_anew_is_refused_as_lost(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue(jobs("a"))
        lane = Lane(backend.queue)
        first = await lane.claim_one()
        await lane.settle(first.succeeded(None))
        await backend.queue.move([Move(id_of("a"), JobEvent.DELETED)])
        await backend.advance(timedelta(seconds=1))
        await backend.queue.enqueue(jobs("a"))
        await lane.claim_one()
        await _is_lost(backend, lane, first)

    async def test_a_transition_of_a_job_that_is_gone_is_refused_as_lost(
        self, backend: BackendUnderTest
    ) -> None:
        lease = await lease_of(backend, await bring_to(backend, JobStatus.QUEUED))
        stranger = replace(lease, record=replace(lease.record, id=id_of("stranger")))
        await _is_lost(backend, Lane(backend.queue), stranger)

    async def test_a_transition_is_refused_as_cancelling_when_a_cancel_came_in_between(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue(jobs("a"))
        lane = Lane(backend.queue)
        lease = await lane.claim_one()
        await cancel(backend, "a")
        before = await snapshot(backend)
        released = lease.released()
        assert (await lane.settle(released)).refused == {0: Refusal.CANCELLING}
        assert await snapshot(backend) == before
        assert (await lane.settle(released.despite_cancel())).refused == {}
        record = await look(backend, "a")
        assert (record.status, record.standing.reason) == (
            JobStatus.CANCELLED,
            Reason.REQUESTED,
        )

    async def test_of_several_transitions_of_one_lease_in_one_turn_the_first_is_applied(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue(jobs("a", "b"))
        lane = Lane(backend.queue)
        a, b = await lane.claim()
        turn = await lane.settle(a.released(), b.succeeded(None), a.succeeded(None), b.released())
        assert turn.refused == {2: Refusal.LOST, 3: Refusal.LOST}
        assert (await look(backend, "a")).status is JobStatus.QUEUED
        assert (await look(backend, "b")).status is JobStatus.COMPLETED

    async def test_refusals_name_transitions_by_their_indexes_in_the_call(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue([*jobs("a"), job("b", queue="other")])
        lane = Lane(backend.queue)
        stale = await lane.claim_one()
        await lane.settle(stale.released())
        a, b = await lane.claim_one(), await lane.claim_one("other")
        await cancel(backend, "a")
        ends = [b.released(), a.succeeded(None), stale.released(), b.succeeded(None)]
        turn = await lane.settle(*ends)
        assert turn.refused == {1: Refusal.CANCELLING, 2: Refusal.LOST, 3: Refusal.LOST}

    async def test_a_stale_transition_beside_the_one_that_is_held_is_lost_alone(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue(jobs("a", "b"))
        lane = Lane(backend.queue)
        stale_a, stale_b = await lane.claim()
        await lane.settle(stale_a.released(), stale_b.released())
        a, b = await lane.claim()
        turn = await lane.settle(
            stale_a.released(), a.succeeded(None), b.succeeded(None), stale_b.released()
        )
        assert turn.refused == {0: Refusal.LOST, 3: Refusal.LOST}
        assert (await look(backend, "a")).status is JobStatus.COMPLETED
        assert (await look(backend, "b")).status is JobStatus.COMPLETED

    async def test_a_refused_transition_holds_up_no_other(self, backend: BackendUnderTest) -> None:
        await backend.queue.enqueue([*jobs("a", "b"), job("c", queue="other")])
        lane = Lane(backend.queue)
        a, b = await lane.claim()
        c = await lane.claim_one("other")
        await lane.settle(a.succeeded(None))
        turn = await lane.settle(a.released(), b.succeeded(None), c.succeeded(None))
        assert turn.refused == {0: Refusal.LOST}
        assert (await look(backend, "b")).status is JobStatus.COMPLETED
        assert (await look(backend, "c", "other")).status is JobStatus.COMPLETED

    async def test_a_job_that_goes_back_from_its_lease_goes_to_the_head_of_its_list(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue(jobs("a", "b"))
        lane = Lane(backend.queue)
        await lane.settle((await lane.claim_one()).released())
        assert await lane.claim_keys() == ["a", "b"]

    async def test_jobs_that_go_back_together_keep_their_order(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue(jobs("a", "b", "c", "d", "e"))
        lane = Lane(backend.queue)
        a, b, c = await lane.claim(3)
        crashed = ended(b, JobEvent.LEASE_EXPIRED)
        await lane.settle(a.released(), crashed, c.released())
        assert await lane.claim_keys() == ["a", "b", "c", "d", "e"]


async def _is_lost(backend: BackendUnderTest, lane: Lane, lease: Lease) -> None:
    before = await snapshot(backend)
    turn = await lane.settle(lease.succeeded(b"1"))
    assert turn.refused == {0: Refusal.LOST}
    assert await snapshot(backend) == before
