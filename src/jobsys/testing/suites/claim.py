"""What `JobQueue.turn` promises to who claims."""

import asyncio

import pytest

from jobsys.domain.priority import JobPriority
from jobsys.domain.status import JobEvent, JobStatus, Reason
from jobsys.ports.turn import Claim
from jobsys.testing.backend import BackendUnderTest
from jobsys.testing.endings import ended
from jobsys.testing.jobs import LEASE_FOR, QUEUE, SECOND, id_of, job, jobs, keys_of, look
from jobsys.testing.lane import Lane
from jobsys.testing.situations import bring_to

GARBAGE = b"\xff\x00 no envelope"


class ClaimSuite:
    """One test for each sentence."""

    async def test_each_claim_is_for_the_tickets_lane(self, backend: BackendUnderTest) -> None:
        await backend.queue.enqueue(jobs("a"))
        lane = Lane(backend.queue)
        lease = await lane.claim_one()
        assert (lease.record.status, lease.record.standing.lane) == (
            JobStatus.PROCESSING,
            lane.name,
        )
        assert lease.expires_at == await backend.now() + LEASE_FOR
        assert lease.record.standing.started_at == await backend.now()
        assert lease.record == await look(backend, "a")

    async def test_jobs_are_claimed_by_level_the_most_urgent_first_and_from_the_head(
        self, backend: BackendUnderTest
    ) -> None:
        levels = [*reversed(JobPriority), *JobPriority]
        await backend.queue.enqueue([job(f"{n}", priority=p) for n, p in enumerate(levels)])
        lane = Lane(backend.queue)
        assert await lane.claim_keys(3) == ["3", "4", "2"]
        assert await lane.claim_keys(3) == ["5", "1", "6"]
        assert await lane.claim_keys(3) == ["0", "7"]

    async def test_a_claim_that_names_levels_gets_jobs_of_these_alone_in_its_order(
        self, backend: BackendUnderTest
    ) -> None:
        levels = list(JobPriority) * 2
        await backend.queue.enqueue([job(f"{n}", priority=p) for n, p in enumerate(levels)])
        wish = Claim(QUEUE, 3, (JobPriority.LOW, JobPriority.CRITICAL))
        turns = [await Lane(backend.queue).turn(claim=[wish]) for _ in range(2)]
        assert [keys_of([x.record for x in t.leases]) for t in turns] == [["3", "7", "0"], ["4"]]

    async def test_each_claim_tells_for_how_long_the_job_had_been_ready(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue([job("a"), job("b", due=5 * SECOND)])
        await backend.advance(4 * SECOND)
        lane = Lane(backend.queue)
        first = await lane.claim_one()
        await backend.advance(2 * SECOND)
        await backend.queue.tick([QUEUE], 100)
        await lane.settle(first.released())
        await backend.advance(SECOND / 4)
        assert first.waited == 4
        assert [lease.waited for lease in await lane.claim()] == [0.25, 1.25]
        await backend.advance(LEASE_FOR)
        assert {lease.waited for lease in await lane.reclaim()} == {None}

    async def test_a_claim_takes_no_more_than_its_limit(self, backend: BackendUnderTest) -> None:
        await backend.queue.enqueue(jobs("a", "b", "c"))
        lane = Lane(backend.queue)
        assert await lane.claim_keys(0) == []
        assert await lane.claim_keys(2) == ["a", "b"]
        assert await lane.claim_keys(2) == ["c"]

    async def test_each_claim_raises_the_jobs_token_by_one(self, backend: BackendUnderTest) -> None:
        await backend.queue.enqueue(jobs("a"))
        lane = Lane(backend.queue)
        tokens: list[int] = []
        for _ in range(3):
            lease = await lane.claim_one()
            tokens.append(lease.record.standing.token)
            await lane.settle(lease.released())
        assert tokens == [1, 2, 3]

    async def test_a_job_is_claimed_by_one_lane_at_a_time(self, backend: BackendUnderTest) -> None:
        keys = [f"{number:02}" for number in range(40)]
        await backend.queue.enqueue(jobs(*keys))
        queues = [backend.queue, await backend.another()]
        lanes = [Lane(queue) for queue in queues * 4]
        claimed = await asyncio.gather(*(lane.claim_keys(7) for lane in lanes))
        assert sorted(key for batch in claimed for key in batch) == keys
        assert [len(batch) for batch in claimed].count(7) == 5

    async def test_a_claimed_job_is_not_claimed_again(self, backend: BackendUnderTest) -> None:
        await backend.queue.enqueue(jobs("a"))
        lane = Lane(backend.queue)
        assert await lane.claim_keys() == ["a"]
        assert await lane.claim_keys() == []
        assert await Lane(await backend.another()).claim_keys() == []

    async def test_several_queues_are_claimed_in_one_turn(self, backend: BackendUnderTest) -> None:
        await backend.queue.enqueue([job(key, queue=q) for q in ("left", "right") for key in "ab"])
        turn = await Lane(backend.queue).turn(claim=[Claim("right", 1), Claim("left", 5)])
        assert [lease.record.id for lease in turn.leases] == ["right:a", "left:a", "left:b"]
        assert turn.waiting == {"right": 1, "left": 0}

    async def test_a_turn_settles_before_it_claims(self, backend: BackendUnderTest) -> None:
        await backend.queue.enqueue(jobs("a", "b"))
        lane = Lane(backend.queue)
        lease = await lane.claim_one()
        turn = await lane.turn([lease.released()], [Claim(QUEUE, 1)])
        assert [again.record.id.key for again in turn.leases] == ["a"]

    async def test_waiting_counts_what_is_left_in_each_claimed_queue(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue([*jobs("a", "b", "c"), job("later", due=SECOND)])
        lane = Lane(backend.queue)
        claims = [Claim(QUEUE, 1), Claim("empty", 1)]
        assert (await lane.turn(claim=claims)).waiting == {QUEUE: 2, "empty": 0}
        assert (await lane.turn(claim=claims)).waiting == {QUEUE: 1, "empty": 0}

    async def test_next_at_is_when_the_next_delayed_job_of_the_claimed_queues_is_due(
        self, backend: BackendUnderTest
    ) -> None:
        now = await backend.now()
        await backend.queue.enqueue([job("a", due=9 * SECOND), job("b", due=5 * SECOND)])
        await backend.queue.enqueue([job("c", queue="other", due=SECOND)])
        lane = Lane(backend.queue)
        assert (await lane.turn(claim=[Claim(QUEUE, 1)])).next_at == now + 5 * SECOND
        both = [Claim(QUEUE, 1), Claim("other", 1)]
        assert (await lane.turn(claim=both)).next_at == now + SECOND
        assert (await lane.turn(claim=[Claim("empty", 1)])).next_at is None

    async def test_a_blocked_job_has_no_next_at(self, backend: BackendUnderTest) -> None:
        await bring_to(backend, JobStatus.BLOCKED)
        assert (await Lane(backend.queue).turn(claim=[Claim(QUEUE, 1)])).next_at is None

    @pytest.mark.parametrize(
        ("raw", "damage"), [(GARBAGE, Reason.CORRUPT), (None, Reason.PAYLOAD_MISSING)]
    )
    async def test_an_unreadable_job_is_leased_like_any_other_its_record_marked_as_damaged(
        self, backend: BackendUnderTest, raw: bytes | None, damage: Reason
    ) -> None:
        keys = [f"{number:02}" for number in range(100)]
        await backend.queue.enqueue(jobs(*keys))
        await backend.damage(id_of("42"), raw)
        leases = await Lane(backend.queue).claim()
        assert [lease.record.id.key for lease in leases] == keys
        damaged = {lease.record.id.key: lease for lease in leases if lease.record.damage}
        assert list(damaged) == ["42"]
        assert damaged["42"].record.damage is damage
        assert damaged["42"].record.payload == (raw or b"")

    async def test_an_unreadable_job_is_settled_like_any_other_and_keeps_its_bytes(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue(jobs("bad", "good"))
        await backend.damage(id_of("bad"), GARBAGE)
        lane = Lane(backend.queue)
        bad, good = await lane.claim()
        turn = await lane.settle(ended(bad, JobEvent.CORRUPT), good.succeeded(None))
        assert turn.refused == {}
        record = await look(backend, "bad")
        assert (record.status, record.payload) == (JobStatus.FAILED, GARBAGE)
        assert (await look(backend, "good")).status is JobStatus.COMPLETED
