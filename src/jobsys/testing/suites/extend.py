"""What `JobQueue.extend` promises."""

import pytest

from jobsys.domain.lease import Lease
from jobsys.domain.status import JobStatus
from jobsys.ports.job_queue import LeaseState, Renewal
from jobsys.testing.backend import BackendUnderTest
from jobsys.testing.jobs import LEASE_FOR, SECOND, id_of, jobs, look, snapshot
from jobsys.testing.lane import Lane
from jobsys.testing.situations import bring_to, cancel, lease_of


def renewal(lease: Lease, percent: int = 0, message: str = "", *, alone: bool = False) -> Renewal:
    """Returns the renewal of a lease."""
    standing = lease.record.standing
    return Renewal(lease.record.id, standing.token, standing.lane, percent, message, alone)


class ExtendSuite:
    """One test for each sentence."""

    async def test_sets_each_leases_end_to_lease_for_from_now(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue(jobs("a", "b"))
        a, _ = await Lane(backend.queue).claim()
        await backend.advance(LEASE_FOR - SECOND)
        assert await backend.queue.extend([renewal(a)], LEASE_FOR) == [LeaseState.HELD]
        await backend.advance(SECOND)
        [expired] = await Lane(backend.queue).reclaim()
        assert expired.record.id.key == "b"
        await backend.advance(LEASE_FOR - SECOND)
        assert await keys_reclaimed(backend) == ["a"]

    async def test_answers_in_order(self, backend: BackendUnderTest) -> None:
        await backend.queue.enqueue(jobs("a", "b", "c"))
        lane = Lane(backend.queue)
        a, b, c = await lane.claim()
        await lane.settle(a.succeeded(None))
        await cancel(backend, "c")
        states = await backend.queue.extend([renewal(lease) for lease in (b, a, c)], LEASE_FOR)
        assert states == [LeaseState.HELD, LeaseState.LOST, LeaseState.CANCEL_ASKED]

    async def test_a_lease_may_also_be_made_shorter(self, backend: BackendUnderTest) -> None:
        await backend.queue.enqueue(jobs("a"))
        lease = await Lane(backend.queue).claim_one()
        await backend.queue.extend([renewal(lease)], SECOND)
        await backend.advance(SECOND)
        assert await keys_reclaimed(backend) == ["a"]

    async def test_a_lease_that_another_token_holds_by_now_is_lost_and_nothing_is_changed(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue(jobs("a"))
        lane = Lane(backend.queue)
        stale = await lane.claim_one()
        await lane.settle(stale.released())
        await lane.claim_one()
        await _is_lost(backend, renewal(stale, 50, "half", alone=True))

    async def test_a_lease_that_another_lane_holds_by_now_is_lost_and_nothing_is_changed(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue(jobs("a"))
        lease = await Lane(backend.queue).claim_one()
        await _is_lost(backend, Renewal(id_of("a"), lease.record.standing.token, "lane-0", 50))

    @pytest.mark.parametrize("status", [s for s in JobStatus if not s.is_leased])
    async def test_a_lease_that_has_ended_is_lost_and_nothing_is_changed(
        self, backend: BackendUnderTest, status: JobStatus
    ) -> None:
        job_id = await bring_to(backend, status)
        await _is_lost(backend, renewal(await lease_of(backend, job_id), 50, "half"))

    async def test_a_lease_of_a_job_that_is_gone_is_lost(self, backend: BackendUnderTest) -> None:
        await _is_lost(backend, Renewal(id_of("nobody"), 1, "lane-0"))

    async def test_a_lease_whose_cancel_was_asked_for_is_extended_all_the_same(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue(jobs("a"))
        lease = await Lane(backend.queue).claim_one()
        await cancel(backend, "a")
        await backend.advance(LEASE_FOR - SECOND)
        states = await backend.queue.extend([renewal(lease)], LEASE_FOR)
        assert states == [LeaseState.CANCEL_ASKED]
        await backend.advance(SECOND)
        assert await keys_reclaimed(backend) == []

    async def test_progress_that_came_with_a_renewal_is_stored(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue(jobs("a", "b"))
        lane = Lane(backend.queue)
        a, b = await lane.claim()
        progress = [renewal(a, 50, "half"), renewal(b, 99, 'ä "quoted" line\n', alone=True)]
        await backend.queue.extend(progress, LEASE_FOR)
        standings = [(await look(backend, key)).standing for key in ("a", "b")]
        assert [(s.percent, s.message, s.alone) for s in standings] == [
            (50, "half", False),
            (99, 'ä "quoted" line\n', True),
        ]

    @pytest.mark.parametrize("last", [0, 10, 50])
    async def test_of_two_renewals_of_one_lease_the_last_ones_progress_is_stored(
        self, backend: BackendUnderTest, last: int
    ) -> None:
        await backend.queue.enqueue(jobs("a"))
        lease = await Lane(backend.queue).claim_one()
        await backend.queue.extend([renewal(lease, 10)], LEASE_FOR)
        twice = [renewal(lease, 50, "half"), renewal(lease, last)]
        assert await backend.queue.extend(twice, LEASE_FOR) == [LeaseState.HELD] * 2
        standing = (await look(backend, "a")).standing
        assert (standing.percent, standing.message) == (last, "")

    async def test_an_extended_lease_is_settled_as_before(self, backend: BackendUnderTest) -> None:
        await backend.queue.enqueue(jobs("a"))
        lane = Lane(backend.queue)
        lease = await lane.claim_one()
        await backend.queue.extend([renewal(lease, 50, "half", alone=True)], LEASE_FOR)
        assert (await lane.settle(lease.succeeded(None))).refused == {}

    async def test_a_repeated_renewal_changes_nothing(self, backend: BackendUnderTest) -> None:
        await backend.queue.enqueue(jobs("a"))
        lease = await Lane(backend.queue).claim_one()
        await backend.queue.extend([renewal(lease, 50, "half")], LEASE_FOR)
        before = await snapshot(backend)
        await backend.queue.extend([renewal(lease, 50, "half")], LEASE_FOR)
        assert await snapshot(backend) == before


async def keys_reclaimed(backend: BackendUnderTest) -> list[str]:
    """Takes over whatever has run out, and tells its keys."""
    return [lease.record.id.key for lease in await Lane(backend.queue).reclaim()]


async def _is_lost(backend: BackendUnderTest, stale: Renewal) -> None:
    before = await snapshot(backend)
    assert await backend.queue.extend([stale], 100 * LEASE_FOR) == [LeaseState.LOST]
    assert await snapshot(backend) == before
    await backend.advance(LEASE_FOR)
    standing = before.records[0].standing if before.records else None
    held = standing is not None and standing.status.is_leased
    assert len(await keys_reclaimed(backend)) == held
