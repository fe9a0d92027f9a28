"""What `JobQueue` promises of the order in which ready jobs are claimed, whatever moves they make."""

from time import perf_counter

from jobsys.domain.move import Move
from jobsys.domain.priority import JobPriority
from jobsys.domain.status import JobEvent, JobStatus
from jobsys.ports.turn import Claim
from jobsys.testing.backend import BackendUnderTest
from jobsys.testing.jobs import HOUR, QUEUE, SECOND, id_of, job, jobs
from jobsys.testing.lane import Lane

HIGH, NORMAL, LOW = JobPriority.HIGH, JobPriority.NORMAL, JobPriority.LOW


class OrderSuite:
    """Claims find each job once, at the place where its last move put it."""

    async def test_a_job_cancelled_while_it_waits_is_not_claimed_any_more(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue(jobs("a", "b", "c"))
        await move(backend, "b", JobEvent.CANCEL)
        assert await Lane(backend.queue).claim_keys() == ["a", "c"]

    async def test_a_job_moved_to_another_level_goes_to_its_tail(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue([*jobs("a", "b"), job("c", priority=HIGH)])
        await reprioritise(backend, "a", HIGH)
        assert await Lane(backend.queue).claim_keys() == ["c", "a", "b"]

    async def test_a_job_moved_to_another_level_and_back_goes_to_the_tail(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue(jobs("a", "b", "c"))
        await reprioritise(backend, "a", LOW)
        await reprioritise(backend, "a", NORMAL)
        assert await Lane(backend.queue).claim_keys() == ["b", "c", "a"]

    async def test_a_job_moved_within_its_level_goes_to_the_tail(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue(jobs("a", "b", "c"))
        await reprioritise(backend, "b", NORMAL)
        await reprioritise(backend, "b", NORMAL)
        assert await Lane(backend.queue).claim_keys() == ["a", "c", "b"]

    async def test_a_delayed_job_moved_to_another_level_goes_there_when_it_is_due(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue([job("a", due=SECOND), *jobs("b")])
        await reprioritise(backend, "a", HIGH)
        await backend.advance(SECOND)
        await backend.queue.tick([QUEUE], 100)
        assert await Lane(backend.queue).claim_keys() == ["a", "b"]

    async def test_a_replayed_job_goes_to_the_tail_even_of_the_list_it_was_cancelled_in(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue(jobs("a", "b"))
        for _ in range(2):
            await move(backend, "a", JobEvent.CANCEL)
            await move(backend, "a", JobEvent.REPLAYED)
        assert await Lane(backend.queue).claim_keys() == ["b", "a"]

    async def test_an_id_used_again_after_cancel_and_delete_is_claimed_once_from_the_tail(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue(jobs("a", "b"))
        await move(backend, "a", JobEvent.CANCEL)
        await move(backend, "a", JobEvent.DELETED)
        await backend.queue.enqueue(jobs("a"))
        assert await Lane(backend.queue).claim_keys() == ["b", "a"]

    async def test_an_id_used_again_after_delete_is_claimed_once_from_its_new_level(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue(jobs("a", "b"))
        await move(backend, "a", JobEvent.DELETED)
        await backend.queue.enqueue([job("a", priority=LOW), *jobs("c")])
        assert await Lane(backend.queue).claim_keys() == ["b", "c", "a"]

    async def test_an_id_that_retention_set_free_is_claimed_once_from_the_tail(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue(jobs("a", "b"))
        await backend.queue.move([Move(id_of("a"), JobEvent.CANCEL, keep_for=SECOND)])
        await backend.advance(SECOND)
        await backend.queue.tick([QUEUE], 100)
        await backend.queue.enqueue(jobs("a"))
        assert await Lane(backend.queue).claim_keys() == ["b", "a"]

    async def test_a_waiting_job_put_off_comes_back_once_at_the_tail(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue(jobs("a", "b"))
        later = Move(id_of("a"), JobEvent.RESCHEDULED, JobStatus.SCHEDULED, SECOND)
        await backend.queue.move([later])
        assert await Lane(backend.queue).claim_keys(1) == ["b"]
        await backend.queue.enqueue(jobs("c"))
        await backend.advance(SECOND)
        await backend.queue.tick([QUEUE], 100)
        assert await Lane(backend.queue).claim_keys() == ["c", "a"]

    async def test_a_delayed_job_called_forward_goes_to_the_tail(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue([job("a", due=HOUR), *jobs("b")])
        await backend.queue.move([Move(id_of("a"), JobEvent.RESCHEDULED, JobStatus.QUEUED)])
        assert await Lane(backend.queue).claim_keys() == ["b", "a"]

    async def test_a_released_job_comes_before_what_was_cancelled_behind_it(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue(jobs("a", "b", "c"))
        lane = Lane(backend.queue)
        lease = await lane.claim_one()
        await move(backend, "b", JobEvent.CANCEL)
        await lane.settle(lease.released())
        assert await lane.claim_keys() == ["a", "c"]

    async def test_a_claim_finds_its_jobs_behind_a_thousand_cancelled_ones(
        self, backend: BackendUnderTest
    ) -> None:
        keys = [f"{number:04}" for number in range(1000)]
        await backend.queue.enqueue(jobs(*keys))
        await backend.queue.move([Move(id_of(key), JobEvent.CANCEL) for key in keys[5:-5]])
        lane = Lane(backend.queue)
        assert await lane.claim_keys(8) == [*keys[:5], *keys[-5:-2]]
        assert await lane.claim_keys(8) == keys[-2:]

    async def test_waiting_does_not_count_what_was_cancelled(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue(jobs("a", "b", "c"))
        await move(backend, "b", JobEvent.CANCEL)
        lane = Lane(backend.queue)
        assert (await lane.turn(claim=[Claim(QUEUE, 0)])).waiting == {QUEUE: 2}
        await move(backend, "b", JobEvent.REPLAYED)
        assert (await lane.turn(claim=[Claim(QUEUE, 0)])).waiting == {QUEUE: 3}

    async def test_a_move_costs_the_same_however_many_jobs_wait(
        self, backend: BackendUnderTest
    ) -> None:
        few = [f"{number:05}" for number in range(200)]
        await backend.queue.enqueue(jobs(*few))
        before = await _fastest_moves(backend, few[100:110])
        many = [f"{number:05}" for number in range(200, 20_000)]
        await backend.queue.enqueue(jobs(*many))
        after = await _fastest_moves(backend, many[10_000:10_010])
        assert after < 3 * before + 0.001


async def move(backend: BackendUnderTest, key: str, event: JobEvent) -> None:
    """Makes one move, which the job's state must take."""
    [moved] = await backend.queue.move([Move(id_of(key), event)])
    assert moved.applied


async def reprioritise(backend: BackendUnderTest, key: str, priority: JobPriority) -> None:
    """Moves a job to the tail of a level."""
    moves = [Move(id_of(key), JobEvent.REPRIORITISED, priority=priority)]
    [moved] = await backend.queue.move(moves)
    assert moved.applied


async def _fastest_moves(backend: BackendUnderTest, keys: list[str]) -> float:
    seconds: list[float] = []
    for priority in (HIGH, LOW, NORMAL) * 3:
        moves = [Move(id_of(key), JobEvent.REPRIORITISED, priority=priority) for key in keys]
        begun = perf_counter()
        await backend.queue.move(moves)
        seconds.append(perf_counter() - begun)
    return min(seconds)
