"""What `JobInspector.find` promises."""

import pytest

from jobsys.domain.move import Move
from jobsys.domain.priority import JobPriority
from jobsys.domain.record import JobRecord
from jobsys.domain.status import JobEvent, JobStatus, Reason
from jobsys.ports.job_inspector import JobQuery
from jobsys.testing.backend import BackendUnderTest
from jobsys.testing.jobs import (
    CRASH,
    EVERYTHING,
    HOUR,
    QUEUE,
    SECOND,
    blocked,
    found,
    id_of,
    job,
    jobs,
    keys_of,
)
from jobsys.testing.lane import Lane
from jobsys.testing.situations import cancel


class FindSuite:
    """One test for each sentence."""

    async def test_returns_jobs_queue_by_queue_in_the_order_of_their_names(
        self, backend: BackendUnderTest
    ) -> None:
        for queue in ("b", "a.b", "a", "A", "a-b", "1"):
            await backend.queue.enqueue([job("x", queue=queue), job("w", queue=queue)])
        queues = [record.id.queue for record in await found(backend)]
        assert queues == sorted(["b", "a.b", "a", "A", "a-b", "1"] * 2)

    async def test_returns_no_more_than_its_limit(self, backend: BackendUnderTest) -> None:
        await backend.queue.enqueue(jobs("a", "b", "c"))
        page = await backend.inspector.find(EVERYTHING, 2)
        assert keys_of(page.records) == ["a", "b"]
        assert page.next is not None

    async def test_leased_jobs_come_by_the_end_of_their_leases(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue(jobs("c", "a", "b"))
        for lease_for in (30 * SECOND, 10 * SECOND, 20 * SECOND):
            await Lane(backend.queue, lease_for).claim(1)
        await cancel(backend, "b")
        assert keys_of(await found(backend)) == ["a", "b", "c"]

    async def test_ready_jobs_come_in_the_order_in_which_they_will_be_claimed(
        self, backend: BackendUnderTest
    ) -> None:
        levels = [*JobPriority, *reversed(JobPriority)]
        await backend.queue.enqueue([job(f"{n}", priority=p) for n, p in enumerate(levels)])
        lane = Lane(backend.queue)
        await lane.settle((await lane.claim_one()).released())
        promise = keys_of(await found(backend))
        assert await lane.claim_keys() == promise

    async def test_delayed_jobs_come_by_the_time_they_are_due(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue(jobs("c"))
        lane = Lane(backend.queue)
        await lane.settle((await lane.claim_one()).failed(CRASH, 3 * SECOND, Reason.EXHAUSTED))
        delays = {"b": 2, "d": 4, "a": 1}
        await backend.queue.enqueue([job(key, due=d * SECOND) for key, d in delays.items()])
        assert keys_of(await found(backend)) == ["a", "b", "c", "d"]

    async def test_ended_jobs_that_are_kept_equally_long_come_with_the_newest_first(
        self, backend: BackendUnderTest
    ) -> None:
        await _end_two_of_each(backend)
        keys = keys_of(await found(backend))
        assert keys == ["dead-2", "dead-1", "gone-2", "done-2", "gone-1", "done-1"]

    async def test_ended_jobs_come_with_those_first_that_will_be_kept_longest(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue(jobs("b", "c", "a"))
        for key, kept_for in (("b", 2 * HOUR), ("c", HOUR), ("a", 3 * HOUR)):
            await backend.queue.move([Move(id_of(key), JobEvent.CANCEL, keep_for=kept_for)])
        assert keys_of(await found(backend)) == ["a", "b", "c"]

    async def test_within_a_queue_leased_ready_delayed_dead_and_done_follow_one_another(
        self, backend: BackendUnderTest
    ) -> None:
        await _end_two_of_each(backend)
        await backend.queue.enqueue([*jobs("leased", "ready"), job("delayed", due=SECOND)])
        await backend.queue.enqueue([blocked("waits")])
        await Lane(backend.queue).claim(1)
        keys = keys_of(await found(backend))
        assert keys[:4] == ["leased", "ready", "delayed", "waits"]
        assert keys[4:] == ["dead-2", "dead-1", "gone-2", "done-2", "gone-1", "done-1"]

    @pytest.mark.parametrize("limit", [1, 2, 3, 4, 100])
    async def test_after_continues_a_former_page(
        self, backend: BackendUnderTest, limit: int
    ) -> None:
        await _end_two_of_each(backend)
        await backend.queue.enqueue([job("x", queue="other"), *jobs("ready"), blocked("waits")])
        everything = keys_of(await found(backend))
        assert len(everything) == 9
        assert keys_of(await walked(backend, EVERYTHING, limit)) == everything

    async def test_the_last_page_has_no_next(self, backend: BackendUnderTest) -> None:
        assert (await backend.inspector.find(EVERYTHING, 2)).next is None
        await backend.queue.enqueue(jobs("a", "b"))
        assert (await backend.inspector.find(EVERYTHING, 2)).next is None

    @pytest.mark.parametrize("limit", [1, 100])
    async def test_finds_by_status_by_queue_and_by_type(
        self, backend: BackendUnderTest, limit: int
    ) -> None:
        await _end_two_of_each(backend)
        await backend.queue.enqueue([job("x", queue="other"), job("y", job_type="count")])

        async def keys(query: JobQuery) -> list[str]:
            return keys_of(await walked(backend, query, limit))

        assert await keys(JobQuery(status=JobStatus.COMPLETED)) == ["done-2", "done-1"]
        assert await keys(JobQuery(status=JobStatus.QUEUED)) == ["y", "x"]
        assert await keys(JobQuery(status=JobStatus.CANCELLING)) == []
        assert await keys(JobQuery(queue="other")) == ["x"]
        assert await keys(JobQuery(queue="nowhere")) == []
        assert await keys(JobQuery(job_type="count")) == ["y"]
        assert await keys(JobQuery(JobStatus.QUEUED, QUEUE, "greet")) == []
        assert await keys(JobQuery(JobStatus.QUEUED, QUEUE, "count")) == ["y"]

    async def test_finds_what_get_returns(self, backend: BackendUnderTest) -> None:
        await _end_two_of_each(backend)
        await backend.queue.enqueue(jobs("bad", "good"))
        await backend.damage(id_of("bad"), b"garbage")
        records = await found(backend)
        assert await backend.inspector.get([r.id for r in records]) == {r.id: r for r in records}

    async def test_an_unreadable_job_has_no_type(self, backend: BackendUnderTest) -> None:
        await backend.queue.enqueue(jobs("bad", "good"))
        await backend.damage(id_of("bad"), b"garbage")
        assert keys_of(await found(backend, JobQuery(job_type="greet"))) == ["good"]
        assert keys_of(await found(backend, JobQuery(queue=QUEUE))) == ["bad", "good"]


async def walked(backend: BackendUnderTest, query: JobQuery, limit: int) -> list[JobRecord]:
    """Returns the records of all pages."""
    page = await backend.inspector.find(query, limit)
    records = [*page.records]
    while page.next is not None:
        page = await backend.inspector.find(query, limit, page.next)
        assert page.records
        records += page.records
    return records


async def _end_two_of_each(backend: BackendUnderTest) -> None:
    lane = Lane(backend.queue)
    for number in (1, 2):
        await backend.queue.enqueue(jobs(f"done-{number}", f"dead-{number}", f"gone-{number}"))
        done, dead = await lane.claim(2)
        await lane.settle(done.succeeded(None), dead.failed(CRASH, None, Reason.EXHAUSTED))
        await backend.advance(SECOND)
        await backend.queue.move([Move(id_of(f"gone-{number}"), JobEvent.CANCEL, keep_for=HOUR)])
        await backend.advance(SECOND)
