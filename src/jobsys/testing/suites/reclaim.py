"""What `JobQueue.reclaim` promises."""

from jobsys.domain.status import JobEvent, JobStatus, Reason
from jobsys.ports.turn import Refusal
from jobsys.testing.backend import BackendUnderTest
from jobsys.testing.endings import ended
from jobsys.testing.jobs import LEASE_FOR, QUEUE, SECOND, id_of, job, jobs, look, snapshot
from jobsys.testing.lane import Lane
from jobsys.testing.situations import bring_to, cancel


class ReclaimSuite:
    """One test for each sentence."""

    async def test_takes_over_leases_that_have_run_out_for_the_tickets_lane(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue(jobs("a"))
        await Lane(backend.queue).claim()
        await backend.advance(LEASE_FOR)
        sweeper = Lane(backend.queue)
        [lease] = await sweeper.reclaim()
        assert (lease.record.id.key, lease.record.standing.lane) == ("a", sweeper.name)
        assert lease.expires_at == await backend.now() + LEASE_FOR
        assert lease.record == await look(backend, "a")

    async def test_takes_up_to_the_limit_of_each_queue_the_oldest_lease_first(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue([job(key, queue=q) for q in ("left", "right") for key in "bac"])
        lane = Lane(backend.queue)
        for queue in ("left", "right"):
            for _ in "bac":
                await lane.claim_one(queue)
                await backend.advance(SECOND)
        await backend.advance(LEASE_FOR)
        leases = await Lane(backend.queue).reclaim("right", "left", limit=2)
        taken = [lease.record.id for lease in leases]
        assert taken == ["right:b", "right:a", "left:b", "left:a"]

    async def test_a_lease_that_has_not_run_out_is_left_alone(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue(jobs("a"))
        lane = Lane(backend.queue)
        lease = await lane.claim_one()
        await backend.advance(LEASE_FOR - SECOND / 1000)
        before = await snapshot(backend)
        assert await Lane(backend.queue).reclaim() == []
        assert await snapshot(backend) == before
        assert (await lane.settle(lease.succeeded(None))).refused == {}

    async def test_only_leases_of_the_named_queues_are_taken(
        self, backend: BackendUnderTest
    ) -> None:
        await bring_to(backend, JobStatus.PROCESSING)
        await backend.advance(LEASE_FOR)
        assert await Lane(backend.queue).reclaim("other") == []

    async def test_each_takeover_raises_the_token_so_that_the_former_holder_has_lost_it(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue(jobs("a"))
        lane = Lane(backend.queue)
        former = await lane.claim_one()
        await backend.advance(LEASE_FOR)
        [second] = await Lane(backend.queue).reclaim()
        await backend.advance(LEASE_FOR)
        [third] = await Lane(backend.queue).reclaim()
        assert [lease.record.standing.token for lease in (former, second, third)] == [1, 2, 3]
        lost = {0: Refusal.LOST}
        assert (await lane.settle(former.succeeded(None))).refused == lost
        assert (await lane.settle(second.succeeded(None))).refused == lost

    async def test_a_lease_taken_over_is_not_taken_by_another(
        self, backend: BackendUnderTest
    ) -> None:
        await bring_to(backend, JobStatus.PROCESSING)
        await backend.advance(LEASE_FOR)
        assert len(await Lane(backend.queue).reclaim()) == 1
        assert await Lane(await backend.another()).reclaim() == []

    async def test_a_crashed_job_goes_back_to_the_head_and_spends_no_attempt(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue(jobs("a", "b"))
        await Lane(backend.queue).claim_one()
        await backend.advance(LEASE_FOR)
        sweeper = Lane(backend.queue)
        [lease] = await sweeper.reclaim()
        await sweeper.settle(ended(lease, JobEvent.LEASE_EXPIRED))
        record = await look(backend, "a")
        assert (record.attempts, record.standing.crashes, len(record.errors)) == (0, 1, 1)
        assert await Lane(backend.queue).claim_keys() == ["a", "b"]

    async def test_a_job_whose_cancel_was_asked_for_is_taken_over_and_cancelled(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue(jobs("a"))
        await Lane(backend.queue).claim_one()
        await cancel(backend, "a")
        await backend.advance(LEASE_FOR)
        sweeper = Lane(backend.queue)
        [lease] = await sweeper.reclaim()
        assert lease.record.status is JobStatus.CANCELLING
        assert (await sweeper.settle(ended(lease, JobEvent.LEASE_EXPIRED))).refused == {}
        standing = (await look(backend, "a")).standing
        assert (standing.status, standing.reason) == (JobStatus.CANCELLED, Reason.REQUESTED)
        assert await Lane(backend.queue).claim_keys() == []

    async def test_an_unreadable_job_is_taken_over_like_any_other(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue(jobs("a"))
        await Lane(backend.queue).claim_one()
        await backend.damage(id_of("a"), b"garbage")
        await backend.advance(LEASE_FOR)
        [lease] = await Lane(backend.queue).reclaim(QUEUE)
        assert lease.record.damage is Reason.CORRUPT
