"""What `JobQueue.enqueue` promises."""

import pytest

from jobsys.domain.move import Move
from jobsys.domain.priority import JobPriority
from jobsys.domain.status import JobEvent, JobStatus
from jobsys.ports.submission import Receipt
from jobsys.testing.backend import BackendUnderTest
from jobsys.testing.jobs import (
    SECOND,
    blocked,
    found,
    id_of,
    job,
    jobs,
    keys_of,
    look,
    snapshot,
)
from jobsys.testing.lane import Lane
from jobsys.testing.situations import bring_to


class EnqueueSuite:
    """One test for each sentence."""

    async def test_stores_jobs_and_answers_in_their_order(self, backend: BackendUnderTest) -> None:
        await backend.queue.enqueue([job("b")])
        receipts = await backend.queue.enqueue(jobs("a", "b", "c"))
        assert receipts == [Receipt.CREATED, Receipt.EXISTS, Receipt.CREATED]
        assert keys_of(await found(backend)) == ["b", "a", "c"]

    async def test_stores_what_was_submitted(self, backend: BackendUnderTest) -> None:
        submitted = job("a", priority=JobPriority.HIGH)
        await backend.queue.enqueue([submitted])
        record = await look(backend, "a")
        assert (record.header, record.payload) == (submitted.header, submitted.payload)
        assert (record.priority, record.created_at) == (JobPriority.HIGH, await backend.now())
        assert (record.attempts, record.standing.token, record.result, record.errors) == (
            *(0, 0, None),
            (),
        )

    async def test_stores_jobs_of_several_queues(self, backend: BackendUnderTest) -> None:
        await backend.queue.enqueue([job("a", queue="left"), job("a", queue="right")])
        assert await Lane(backend.queue).claim_keys(queue="left") == ["a"]
        assert await Lane(backend.queue).claim_keys(queue="right") == ["a"]

    async def test_a_job_that_is_due_now_goes_to_the_tail_of_its_levels_ready_list(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue([job("first"), job("urgent", priority=JobPriority.HIGH)])
        await backend.queue.enqueue([job("second", due=0 * SECOND), job("third")])
        await backend.queue.enqueue([job("fourth", due=await backend.now() - SECOND)])
        everything = await Lane(backend.queue).claim_keys()
        assert everything == ["urgent", "first", "second", "third", "fourth"]

    async def test_a_job_that_is_due_later_is_scheduled_and_not_claimed_before_it_is_due(
        self, backend: BackendUnderTest
    ) -> None:
        due = await backend.now() + 5 * SECOND
        await backend.queue.enqueue([job("a", due=5 * SECOND), job("b", due=due)])
        for key in ("a", "b"):
            standing = (await look(backend, key)).standing
            assert (standing.status, standing.due_at) == (JobStatus.SCHEDULED, due)
        await backend.advance(5 * SECOND - SECOND / 1000)
        await backend.queue.tick(["emails"], 100)
        assert await Lane(backend.queue).claim_keys() == []
        await backend.advance(SECOND / 1000)
        await backend.queue.tick(["emails"], 100)
        assert await Lane(backend.queue).claim_keys() == ["a", "b"]

    async def test_a_blocked_job_waits_until_its_parents_are_done(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue([blocked("child")])
        await backend.advance(SECOND)
        await backend.queue.tick(["emails"], 100)
        assert await Lane(backend.queue).claim_keys() == []
        done = Move(id_of("child"), JobEvent.PARENTS_DONE, JobStatus.QUEUED)
        await backend.queue.move([done])
        assert await Lane(backend.queue).claim_keys() == ["child"]

    @pytest.mark.parametrize("status", JobStatus)
    async def test_a_job_whose_id_exists_already_is_left_as_it_is(
        self, backend: BackendUnderTest, status: JobStatus
    ) -> None:
        await bring_to(backend, status)
        before = await snapshot(backend)
        again = job("job", job_type="other", priority=JobPriority.CRITICAL, due=SECOND)
        assert await backend.queue.enqueue([again]) == [Receipt.EXISTS]
        assert await snapshot(backend) == before

    async def test_an_id_that_comes_twice_in_one_call_is_stored_once(
        self, backend: BackendUnderTest
    ) -> None:
        receipts = await backend.queue.enqueue([job("a"), job("a", job_type="other")])
        assert receipts == [Receipt.CREATED, Receipt.EXISTS]
        assert [record.job_type for record in await found(backend)] == ["greet"]

    async def test_a_repeated_enqueue_changes_nothing(self, backend: BackendUnderTest) -> None:
        submissions = [job("a"), job("b", due=SECOND), blocked("c")]
        await backend.queue.enqueue(submissions)
        before = await snapshot(backend)
        assert await backend.queue.enqueue(submissions) == [Receipt.EXISTS] * 3
        assert await snapshot(backend) == before

    async def test_no_submissions_are_no_receipts(self, backend: BackendUnderTest) -> None:
        assert await backend.queue.enqueue([]) == []
