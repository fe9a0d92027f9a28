"""What the end of an attempt leaves behind."""

from datetime import timedelta

from jobsys.domain.attempt_error import KEPT_ERRORS
from jobsys.domain.status import JobEvent, JobStatus, Reason
from jobsys.testing.backend import BackendUnderTest
from jobsys.testing.endings import DELAY
from jobsys.testing.jobs import CRASH, QUEUE, jobs, look
from jobsys.testing.lane import Lane


class OutcomesSuite:
    """One test for each sentence."""

    async def test_a_success_stores_its_result(self, backend: BackendUnderTest) -> None:
        await backend.queue.enqueue(jobs("a"))
        lane = Lane(backend.queue)
        await lane.settle((await lane.claim_one()).succeeded(b'{"sent":true}'))
        record = await look(backend, "a")
        assert (record.status, record.result) == (JobStatus.COMPLETED, {"sent": True})
        assert record.ended_at == await backend.now()

    async def test_a_failure_stores_its_error_and_when_the_job_is_due_again(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue(jobs("a"))
        lane = Lane(backend.queue)
        await lane.settle((await lane.claim_one()).failed(CRASH, DELAY, Reason.EXHAUSTED))
        record = await look(backend, "a")
        assert (record.status, record.errors) == (JobStatus.RETRYING, (CRASH,))
        assert record.standing.due_at == await backend.now() + DELAY

    async def test_a_job_keeps_its_last_errors(self, backend: BackendUnderTest) -> None:
        await backend.queue.enqueue(jobs("a"))
        lane = Lane(backend.queue)
        for attempt in range(KEPT_ERRORS + 2):
            error = CRASH.model_copy(update={"attempt": attempt})
            lease = await lane.claim_one()
            await lane.settle(lease.failed(error, timedelta(0), Reason.EXHAUSTED))
            await backend.queue.tick([QUEUE], 1)
        kept = [error.attempt for error in (await look(backend, "a")).errors]
        assert kept == list(range(2, KEPT_ERRORS + 2))

    async def test_a_snooze_stores_when_the_job_is_due_and_keeps_its_errors(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue(jobs("a"))
        lane = Lane(backend.queue)
        await lane.settle((await lane.claim_one()).failed(CRASH, timedelta(0), Reason.EXHAUSTED))
        await backend.queue.tick([QUEUE], 1)
        await lane.settle((await lane.claim_one()).snoozed(DELAY))
        record = await look(backend, "a")
        assert (record.status, record.standing.reason) == (JobStatus.SCHEDULED, Reason.SNOOZED)
        assert record.standing.due_at == await backend.now() + DELAY
        assert (record.attempts, record.errors) == (1, (CRASH,))

    async def test_a_job_that_is_discarded_keeps_what_says_why(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue(jobs("a"))
        lane = Lane(backend.queue)
        lease = await lane.claim_one()
        await lane.settle(lease.dropped(JobEvent.DISCARDED, Reason.DISCARDED, CRASH))
        record = await look(backend, "a")
        assert (record.status, record.standing.reason) == (JobStatus.CANCELLED, Reason.DISCARDED)
        assert record.errors == (CRASH,)
