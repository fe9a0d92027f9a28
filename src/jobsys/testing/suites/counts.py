"""What `JobInspector.counts` and `JobInspector.queues` promise."""

from collections import Counter
from collections.abc import AsyncIterator, Mapping

from jobsys.domain.move import Move
from jobsys.domain.priority import JobPriority
from jobsys.domain.status import JobEvent, JobStatus
from jobsys.ports.job_inspector import JobQuery
from jobsys.testing.backend import BackendUnderTest
from jobsys.testing.endings import SETTLE_EVENTS, ended
from jobsys.testing.jobs import LEASE_FOR, QUEUE, SECOND, blocked, found, id_of, job, jobs
from jobsys.testing.lane import Lane

NAMES = ("b", "a.b", "a", "A", "a-b")


class CountsSuite:
    """One test for each sentence."""

    async def test_counts_every_queue_that_ever_had_a_job(self, backend: BackendUnderTest) -> None:
        assert await backend.inspector.counts() == {}
        await backend.queue.enqueue([job("x", queue="left"), job("x", queue="right")])
        await backend.queue.move([Move(id_of("x", "left"), JobEvent.DELETED)])
        assert list(await backend.inspector.counts()) == ["left", "right"]

    async def test_a_queue_that_was_only_asked_never_had_a_job(
        self, backend: BackendUnderTest
    ) -> None:
        await Lane(backend.queue).claim()
        await Lane(backend.queue).reclaim()
        await backend.queue.tick([QUEUE], 100)
        await backend.queue.move([Move(id_of("nobody"), JobEvent.CANCEL)])
        assert await backend.inspector.counts() == {}
        assert await backend.inspector.queues() == []

    async def test_queues_are_the_names_of_all_that_ever_had_a_job_sorted(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue([job("x", queue=name) for name in NAMES])
        await backend.queue.move([Move(id_of("x", "a"), JobEvent.DELETED)])
        assert list(await backend.inspector.queues()) == sorted(NAMES)

    async def test_every_status_is_counted_even_where_no_job_has_it(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue(jobs("a"))
        counts = (await backend.inspector.counts())[QUEUE]
        assert set(counts.now) == set(counts.ever) == set(JobStatus)

    async def test_now_is_exact_after_each_step(self, backend: BackendUnderTest) -> None:
        async for step in story(backend):
            counts = (await backend.inspector.counts())[QUEUE]
            standing = Counter(record.status for record in await found(backend))
            assert {s: n for s, n in counts.now.items() if n} == standing, step

    async def test_waiting_is_how_many_queued_jobs_each_level_has(
        self, backend: BackendUnderTest
    ) -> None:
        levels = [level for level in JobPriority for _ in range(level)]
        await backend.queue.enqueue([job(f"{n}", priority=p) for n, p in enumerate(levels)])
        await backend.queue.enqueue([job("x", queue="other"), job("later", due=SECOND)])
        high = Move(id_of("17"), JobEvent.REPRIORITISED, priority=JobPriority.HIGH)
        await backend.queue.move([Move(id_of("16"), JobEvent.CANCEL), high])
        counts = await backend.inspector.counts()
        assert counts[QUEUE].waiting == {
            JobPriority.CRITICAL: 1,
            JobPriority.HIGH: 3,
            JobPriority.NORMAL: 5,
            JobPriority.LOW: 8,
        }
        assert counts["other"].waiting[JobPriority.NORMAL] == 1

    async def test_oldest_is_since_when_the_first_ready_job_of_each_level_is_ready(
        self, backend: BackendUnderTest
    ) -> None:
        begun = await backend.now()
        first, later = job("first", priority=JobPriority.LOW), job("later", due=SECOND)
        await backend.queue.enqueue([first, later, job("gone")])
        await backend.advance(2 * SECOND)
        await backend.queue.tick([QUEUE], 100)
        await backend.queue.enqueue([job("second", priority=JobPriority.LOW)])
        await backend.queue.move([Move(id_of("gone"), JobEvent.CANCEL)])
        oldest = (await backend.inspector.counts())[QUEUE].oldest
        assert oldest == {JobPriority.LOW: begun, JobPriority.NORMAL: begun + SECOND}

    async def test_waiting_is_exact_after_each_step(self, backend: BackendUnderTest) -> None:
        async for step in story(backend):
            counts = (await backend.inspector.counts())[QUEUE]
            records = await found(backend, JobQuery(JobStatus.QUEUED))
            standing = Counter(record.priority for record in records)
            assert {level: n for level, n in counts.waiting.items() if n} == standing, step
            assert set(counts.waiting) == set(JobPriority)

    async def test_ever_only_grows(self, backend: BackendUnderTest) -> None:
        before: Mapping[JobStatus, int] = dict.fromkeys(JobStatus, 0)
        async for step in story(backend):
            ever = (await backend.inspector.counts())[QUEUE].ever
            assert all(ever[status] >= before[status] for status in JobStatus), step
            before = ever
        assert all(before.values())

    async def test_ever_counts_each_time_a_job_enters_a_state(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue(jobs("a"))
        lane = Lane(backend.queue)
        await lane.settle((await lane.claim_one()).released())
        high = Move(id_of("a"), JobEvent.REPRIORITISED, priority=JobPriority.HIGH)
        await backend.queue.move([high, high])
        await lane.claim_one()
        await backend.queue.move([Move(id_of("a"), JobEvent.CANCEL)] * 2)
        ever = (await backend.inspector.counts())[QUEUE].ever
        assert {status: number for status, number in ever.items() if number} == {
            JobStatus.QUEUED: 2,
            JobStatus.PROCESSING: 2,
            JobStatus.CANCELLING: 1,
        }


async def story(backend: BackendUnderTest) -> AsyncIterator[str]:
    """Leads jobs through every state and yields what it did after each step."""
    queue, lane = backend.queue, Lane(backend.queue)
    await queue.enqueue([*jobs("a", "b"), job("c", due=SECOND), blocked("d")])
    yield "submitted"
    await queue.enqueue(jobs("a", "e"))
    yield "submitted again"
    for event in SETTLE_EVENTS:
        await queue.enqueue(jobs(event.replace(" ", "-")))
        for lease in await lane.claim():
            await lane.settle(ended(lease, event), ended(lease, event))
            yield f"{event}, twice in one turn"
    for event in (JobEvent.CANCEL, JobEvent.REPLAYED, JobEvent.PARENT_FAILED):
        await queue.move([Move(record.id, event) for record in await found(backend)])
        yield event
    await lane.claim(3)
    yield "claimed"
    await backend.advance(LEASE_FOR)
    [lease, *_] = await lane.reclaim()
    yield "reclaimed"
    await queue.move([Move(record.id, JobEvent.CANCEL) for record in await found(backend)])
    yield "cancelled"
    await lane.settle(lease.succeeded(None), ended(lease, JobEvent.SNOOZED).despite_cancel())
    yield "settled despite a cancel"
    await queue.tick([QUEUE], 100)
    yield "ticked"
    await queue.move([Move(record.id, JobEvent.DELETED) for record in await found(backend)])
    yield "deleted"
