"""What `JobQueue.tick` promises."""

from jobsys.domain.priority import JobPriority
from jobsys.domain.retention import Retention
from jobsys.domain.status import JobStatus, Reason
from jobsys.testing.backend import BackendUnderTest
from jobsys.testing.jobs import (
    CRASH,
    HOUR,
    QUEUE,
    SECOND,
    found,
    job,
    jobs,
    kept,
    keys_of,
    look,
    snapshot,
)
from jobsys.testing.lane import Lane
from jobsys.testing.situations import cancel

SHORT = Retention(done=10 * SECOND, dead=20 * SECOND)


class TickSuite:
    """One test for each sentence."""

    async def test_jobs_that_are_due_move_to_the_tail_of_their_ready_lists_the_earliest_first(
        self, backend: BackendUnderTest
    ) -> None:
        delays = {"c": 3, "a": 1, "d": 4, "b": 2, "later": 60}
        await backend.queue.enqueue([job(k, due=delay * SECOND) for k, delay in delays.items()])
        await backend.queue.enqueue([job("low", due=SECOND, priority=JobPriority.LOW)])
        await backend.queue.enqueue(jobs("here"))
        await backend.advance(4 * SECOND)
        assert (await backend.queue.tick([QUEUE], 100)).promoted == 5
        assert await Lane(backend.queue).claim_keys() == ["here", "a", "b", "c", "d", "low"]

    async def test_a_promoted_job_is_queued_once(self, backend: BackendUnderTest) -> None:
        await backend.queue.enqueue([job("a", due=SECOND)])
        await backend.advance(SECOND)
        await backend.queue.tick([QUEUE], 100)
        record = await look(backend, "a")
        assert (record.status, record.standing.due_at) == (JobStatus.QUEUED, None)
        assert keys_of(await found(backend)) == ["a"]
        assert (await backend.queue.tick([QUEUE], 100)).promoted == 0
        assert await Lane(backend.queue).claim_keys() == ["a"]

    async def test_a_retry_that_is_due_runs_again(self, backend: BackendUnderTest) -> None:
        await backend.queue.enqueue(jobs("a"))
        lane = Lane(backend.queue)
        await lane.settle((await lane.claim_one()).failed(CRASH, SECOND, Reason.EXHAUSTED))
        await backend.advance(SECOND)
        await backend.queue.tick([QUEUE], 100)
        assert (await lane.claim_one()).record.attempts == 1

    async def test_does_no_more_than_its_limit_for_each_queue(
        self, backend: BackendUnderTest
    ) -> None:
        for queue in ("left", "right"):
            await backend.queue.enqueue([job(key, queue=queue, due=SECOND) for key in "abc"])
        await backend.advance(SECOND)
        queues = ["left", "right"]
        ticks = [await backend.queue.tick(queues, 2) for _ in range(3)]
        assert [tick.promoted for tick in ticks] == [4, 2, 0]

    async def test_leaves_queues_alone_that_are_not_named(self, backend: BackendUnderTest) -> None:
        await backend.queue.enqueue([job("a", due=SECOND)])
        await backend.advance(SECOND)
        assert (await backend.queue.tick(["other"], 100)).promoted == 0

    async def test_next_at_is_when_the_next_job_is_due(self, backend: BackendUnderTest) -> None:
        now = await backend.now()
        await backend.queue.enqueue([job("a", due=SECOND), job("b", due=5 * SECOND)])
        assert (await backend.queue.tick([QUEUE], 100)).next_at == now + SECOND
        await backend.advance(SECOND)
        assert (await backend.queue.tick([QUEUE], 100)).next_at == now + 5 * SECOND
        assert (await backend.queue.tick(["other"], 100)).next_at is None

    async def test_over_at_is_when_the_next_ended_job_is_to_be_removed(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue([job("ready", queue="other")])
        assert (await backend.queue.tick([QUEUE, "other"], 100)).over_at is None
        now = await backend.now()
        await _end_one_of_each(backend)
        assert (await backend.queue.tick([QUEUE], 100)).over_at == now + 10 * SECOND
        assert (await backend.queue.tick(["other"], 100)).over_at is None
        await backend.advance(10 * SECOND)
        assert (await backend.queue.tick([QUEUE], 100)).over_at == now + 20 * SECOND

    async def test_now_is_what_the_backends_clock_says(self, backend: BackendUnderTest) -> None:
        now = await backend.now()
        assert (await backend.queue.tick([QUEUE, "other"], 100)).now == now

    async def test_a_queue_has_work_while_it_has_a_job_that_has_not_ended(
        self, backend: BackendUnderTest
    ) -> None:
        lane = Lane(backend.queue)
        assert not await backend.queue.has_work([QUEUE, "other"])
        await backend.queue.enqueue([job("a", due=SECOND, priority=JobPriority.LOW)])
        assert await backend.queue.has_work(["other", QUEUE])
        await backend.advance(SECOND)
        await backend.queue.tick([QUEUE], 100)
        assert await backend.queue.has_work(["other", QUEUE])
        assert not await backend.queue.has_work(["other"])
        lease = await lane.claim_one()
        assert await backend.queue.has_work([QUEUE])
        await lane.settle(lease.succeeded(None))
        assert not await backend.queue.has_work([QUEUE])

    async def test_to_ask_whether_a_queue_has_work_writes_nothing(
        self, backend: BackendUnderTest
    ) -> None:
        await _end_one_of_each(backend)
        await backend.queue.enqueue([job("due", due=SECOND)])
        await backend.advance(10 * SECOND)
        before = await snapshot(backend)
        await backend.queue.has_work([QUEUE])
        assert await snapshot(backend) == before

    async def test_leased_counts_the_jobs_in_workers_hands(self, backend: BackendUnderTest) -> None:
        await backend.queue.enqueue([*jobs("a", "b", "c"), job("d", queue="other")])
        lane = Lane(backend.queue)
        await lane.claim(2)
        await cancel(backend, "b")
        await lane.claim(1, "other")
        assert (await backend.queue.tick([QUEUE], 100)).leased == 2
        assert (await backend.queue.tick([QUEUE, "other"], 100)).leased == 3

    async def test_ended_jobs_whose_retention_is_over_are_removed(
        self, backend: BackendUnderTest
    ) -> None:
        await _end_one_of_each(backend)
        await backend.advance(10 * SECOND - SECOND / 1000)
        assert (await backend.queue.tick([QUEUE], 100)).removed == 0
        await backend.advance(SECOND / 1000)
        assert (await backend.queue.tick([QUEUE], 100)).removed == 2
        assert keys_of(await found(backend)) == ["dead"]
        await backend.advance(10 * SECOND)
        assert (await backend.queue.tick([QUEUE], 100)).removed == 1
        assert await found(backend) == []

    async def test_totals_stay_when_jobs_are_removed(self, backend: BackendUnderTest) -> None:
        await _end_one_of_each(backend)
        before = (await backend.inspector.counts())[QUEUE].ever
        await backend.advance(HOUR)
        await backend.queue.tick([QUEUE], 100)
        assert (await backend.inspector.counts())[QUEUE].ever == before

    async def test_a_dead_letter_is_kept_for_ever_unless_it_says_otherwise(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue(jobs("a"))
        lane = Lane(backend.queue)
        await lane.settle((await lane.claim_one()).failed(CRASH, None, Reason.EXHAUSTED))
        await backend.advance(10_000 * HOUR)
        assert (await backend.queue.tick([QUEUE], 100)).removed == 0

    async def test_completed_and_cancelled_ones_beyond_the_number_that_a_queue_keeps_are_removed(
        self, backend: BackendUnderTest
    ) -> None:
        keys = [f"{number:02}" for number in range(backend.keep_last + 2)]
        lane = Lane(backend.queue)
        for key in keys:
            await backend.queue.enqueue(jobs(key))
            await lane.settle((await lane.claim_one()).succeeded(None))
            await backend.advance(SECOND)
        await backend.queue.enqueue(jobs("last"))
        await cancel(backend, "last")
        assert (await backend.queue.tick([QUEUE], 100)).removed == 3
        assert keys_of(await found(backend)) == ["last", *reversed(keys[3:])]

    async def test_dead_letters_are_not_counted_among_the_ones_a_queue_keeps(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue(jobs(*map(str, range(backend.keep_last + 2))))
        lane = Lane(backend.queue)
        leases = await lane.claim()
        await lane.settle(*(lease.failed(CRASH, None, Reason.EXHAUSTED) for lease in leases))
        assert (await backend.queue.tick([QUEUE], 100)).removed == 0

    async def test_a_repeated_tick_changes_nothing(self, backend: BackendUnderTest) -> None:
        await _end_one_of_each(backend)
        await backend.queue.enqueue([job("due", due=SECOND)])
        await backend.advance(10 * SECOND)
        await backend.queue.tick([QUEUE], 100)
        before = await snapshot(backend)
        await backend.queue.tick([QUEUE], 100)
        assert await snapshot(backend) == before


async def _end_one_of_each(backend: BackendUnderTest) -> None:
    await backend.queue.enqueue([kept(job(k), SHORT) for k in ("done", "dead", "gone")])
    lane = Lane(backend.queue)
    done, dead, gone = await lane.claim()
    await lane.settle(done.succeeded(None), dead.failed(CRASH, None, Reason.EXHAUSTED))
    await cancel(backend, "gone")
    await lane.settle(gone.released().despite_cancel())
