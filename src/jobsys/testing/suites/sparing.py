"""What `JobQueue.reclaim` promises of workers that died, and of everybody standing still."""

import pytest

from jobsys.domain.status import JobStatus
from jobsys.ports.job_queue import LeaseState, Renewal
from jobsys.ports.sweep import Sweep
from jobsys.ports.turn import Refusal
from jobsys.testing.backend import BackendUnderTest
from jobsys.testing.jobs import LEASE_FOR, SECOND, job, jobs, look, snapshot
from jobsys.testing.lane import Lane

PATIENT = Sweep(grace=LEASE_FOR)


class SparingSuite:
    """One test for each sentence."""

    async def test_the_leases_of_a_gone_worker_are_taken_though_they_have_not_run_out(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue(jobs("a", "b", "c"))
        dead = Lane(backend.queue, worker="dead")
        former, *_ = await dead.claim(1)
        await Lane(backend.queue, worker="deadly").claim(1)
        await Lane(backend.queue, worker="dead").claim(1)
        taken = await Lane(backend.queue).reclaim(sweep=Sweep(["dead", "others"]))
        assert [lease.record.id.key for lease in taken] == ["a", "c"]
        assert [lease.record.standing.token for lease in taken] == [2, 2]
        assert (await dead.settle(former.succeeded(None))).refused == {0: Refusal.LOST}

    async def test_only_so_many_leases_of_a_gone_worker_are_taken_those_that_end_first(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue(jobs("c", "b", "a"))
        for _ in "cba":
            await Lane(backend.queue, worker="dead").claim_one()
            await backend.advance(SECOND)
        taken = await Lane(backend.queue).reclaim(limit=2, sweep=Sweep(["dead"]))
        assert [lease.record.id.key for lease in taken] == ["c", "b"]

    async def test_expired_leases_and_those_of_gone_workers_are_taken_together(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue([job("a"), job("b"), job("c", queue="other")])
        await Lane(backend.queue, worker="late").claim_one()
        await backend.advance(LEASE_FOR)
        await Lane(backend.queue, worker="dead").claim_one()
        await Lane(backend.queue, worker="dead").claim_one("other")
        taken = await Lane(backend.queue).reclaim(sweep=Sweep(["dead"]))
        assert [lease.record.id.key for lease in taken] == ["a", "b"]

    async def test_what_runs_out_while_somebody_looks_is_taken(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue(jobs("a"))
        await Lane(backend.queue).claim_one()
        for _ in range(5):
            assert await Lane(backend.queue).reclaim(sweep=PATIENT) == []
            await backend.advance(LEASE_FOR / 5)
        assert len(await Lane(backend.queue).reclaim(sweep=PATIENT)) == 1

    async def test_what_ran_out_while_nobody_looked_is_spared_for_the_grace_once(
        self, backend: BackendUnderTest
    ) -> None:
        lane = await stand_still(backend)
        assert await Lane(backend.queue).reclaim(sweep=PATIENT) == []
        assert (await look(backend, "a")).standing.lane == lane.name
        await backend.advance(LEASE_FOR - SECOND / 1000)
        assert await Lane(backend.queue).reclaim(sweep=PATIENT) == []
        await backend.advance(SECOND / 1000)
        assert len(await Lane(backend.queue).reclaim(sweep=PATIENT)) == 1

    @pytest.mark.parametrize("lookers_pause", [0.7, 0.9, 1, 1.5, 3])
    async def test_a_lease_is_spared_once_however_seldom_anybody_looks(
        self, backend: BackendUnderTest, lookers_pause: float
    ) -> None:
        await backend.queue.enqueue(jobs("a"))
        await Lane(backend.queue, worker="dead").claim_one()
        for _ in range(4):
            await Lane(backend.queue).reclaim(sweep=PATIENT)
            await backend.advance(LEASE_FOR * lookers_pause)
        await Lane(backend.queue).reclaim(sweep=PATIENT)
        assert (await look(backend, "a")).standing.token > 1

    async def test_a_later_standstill_spares_again(self, backend: BackendUnderTest) -> None:
        await stand_still(backend)
        await Lane(backend.queue).reclaim(sweep=PATIENT)
        await backend.advance(LEASE_FOR)
        assert len(await Lane(backend.queue).reclaim(sweep=PATIENT)) == 1
        await backend.advance(3 * LEASE_FOR)
        assert await Lane(backend.queue).reclaim(sweep=PATIENT) == []

    async def test_a_lease_that_was_spared_can_be_renewed(self, backend: BackendUnderTest) -> None:
        lane = await stand_still(backend)
        await Lane(backend.queue).reclaim(sweep=PATIENT)
        record = await look(backend, "a")
        renewal = Renewal(record.id, record.standing.token, lane.name)
        assert await backend.queue.extend([renewal], 3 * LEASE_FOR) == [LeaseState.HELD]
        await backend.advance(2 * LEASE_FOR)
        assert await Lane(backend.queue).reclaim() == []

    async def test_a_gone_worker_is_not_spared(self, backend: BackendUnderTest) -> None:
        lane = await stand_still(backend, worker="dead")
        sweep = Sweep(["dead"], LEASE_FOR)
        [lease] = await Lane(backend.queue).reclaim(sweep=sweep)
        assert lease.record.standing.lane != lane.name
        assert lease.record.status is JobStatus.PROCESSING

    async def test_a_first_look_spares_nobody(self, backend: BackendUnderTest) -> None:
        await backend.queue.enqueue(jobs("a"))
        await Lane(backend.queue).claim_one()
        await backend.advance(3 * LEASE_FOR)
        assert len(await Lane(backend.queue).reclaim(sweep=PATIENT)) == 1

    async def test_a_look_leaves_alone_what_has_not_run_out(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue(jobs("a"))
        await Lane(backend.queue).reclaim(sweep=PATIENT)
        await backend.advance(3 * LEASE_FOR)
        await Lane(backend.queue).claim_one()
        before = await snapshot(backend)
        assert await Lane(backend.queue).reclaim(sweep=PATIENT) == []
        assert await snapshot(backend) == before
        await backend.advance(LEASE_FOR)
        assert len(await Lane(backend.queue).reclaim()) == 1


async def stand_still(backend: BackendUnderTest, worker: str = "still") -> Lane:
    """Lets a lease run out while nobody looks, and returns its lane."""
    await backend.queue.enqueue(jobs("a"))
    lane = Lane(backend.queue, worker=worker)
    await lane.claim_one()
    await Lane(backend.queue).reclaim(sweep=PATIENT)
    await backend.advance(3 * LEASE_FOR)
    return lane
