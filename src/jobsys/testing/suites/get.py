"""What `JobInspector.get` promises."""

from jobsys.domain.status import JobEvent, JobStatus, Reason
from jobsys.testing.backend import BackendUnderTest
from jobsys.testing.endings import ended
from jobsys.testing.jobs import CRASH, QUEUE, id_of, job, jobs, look
from jobsys.testing.lane import Lane
from jobsys.testing.situations import bring_to


class GetSuite:
    """One test for each sentence."""

    async def test_returns_the_records_that_exist(self, backend: BackendUnderTest) -> None:
        await backend.queue.enqueue([*jobs("a", "b"), job("c", queue="other")])
        ids = [id_of("b"), id_of("nobody"), id_of("c", "other"), id_of("c", "nowhere")]
        records = await backend.inspector.get(ids)
        assert {job_id: record.id for job_id, record in records.items()} == {
            id_of("b"): id_of("b"),
            id_of("c", "other"): id_of("c", "other"),
        }

    async def test_no_ids_are_no_records(self, backend: BackendUnderTest) -> None:
        assert await backend.inspector.get([]) == {}

    async def test_records_come_with_their_results(self, backend: BackendUnderTest) -> None:
        await bring_to(backend, JobStatus.COMPLETED)
        record = await look(backend, "job")
        assert (record.result_json, record.result) == (b'"sent"', "sent")

    async def test_records_come_with_their_error_histories(self, backend: BackendUnderTest) -> None:
        await bring_to(backend, JobStatus.FAILED)
        assert (await look(backend, "job")).errors == (CRASH, CRASH, CRASH)

    async def test_an_unreadable_job_is_shown_with_its_raw_bytes(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue(jobs("a", "b", "c"))
        await Lane(backend.queue).claim()
        await backend.damage(id_of("a"), b"garbage")
        await backend.damage(id_of("b"), None)
        records = [await look(backend, key) for key in "abc"]
        assert [(record.damage, record.payload) for record in records] == [
            (Reason.CORRUPT, b"garbage"),
            (Reason.PAYLOAD_MISSING, b""),
            (None, b'{"name":"c"}'),
        ]

    async def test_looking_changes_nothing(self, backend: BackendUnderTest) -> None:
        await backend.queue.enqueue(jobs("a"))
        lane = Lane(backend.queue)
        lease = await lane.claim_one()
        assert await look(backend, "a") == await look(backend, "a") == lease.record
        assert (await lane.settle(ended(lease, JobEvent.SUCCEEDED))).refused == {}
        assert (await backend.inspector.counts())[QUEUE].ever[JobStatus.COMPLETED] == 1
