"""What `JobInspector.ahead` promises."""

from jobsys.domain.explanation import MOST_AHEAD
from jobsys.domain.job_id import JobId
from jobsys.domain.move import Move
from jobsys.domain.priority import JobPriority
from jobsys.domain.status import JobEvent
from jobsys.testing.backend import BackendUnderTest
from jobsys.testing.jobs import QUEUE, SECOND, id_of, job, jobs
from jobsys.testing.lane import Lane


class AheadSuite:
    """One test for each sentence."""

    async def test_ahead_are_the_jobs_that_would_be_claimed_before_one(
        self, backend: BackendUnderTest
    ) -> None:
        levels = [JobPriority.LOW, JobPriority.NORMAL, JobPriority.CRITICAL, JobPriority.NORMAL]
        given = [job(f"{n}", priority=level) for n, level in enumerate(3 * levels)]
        await backend.queue.enqueue([*given, job("x", queue="other"), job("later", due=SECOND)])
        told = {key: await ahead(backend, key) for key in map(str, range(len(given)))}
        claimed = [lease.record.id.key for lease in await Lane(backend.queue).claim(len(given))]
        assert sorted(told, key=lambda key: told[key] or 0) == claimed
        assert sorted(told.values(), key=lambda n: n or 0) == list(range(len(given)))

    async def test_jobs_that_were_taken_out_are_not_ahead(self, backend: BackendUnderTest) -> None:
        await backend.queue.enqueue(jobs("a", "b", "c", "d"))
        high = Move(id_of("a"), JobEvent.REPRIORITISED, priority=JobPriority.HIGH)
        await backend.queue.move([high, Move(id_of("b"), JobEvent.CANCEL)])
        assert [await ahead(backend, key) for key in "acd"] == [0, 1, 2]
        await backend.queue.move(
            [Move(id_of("a"), JobEvent.REPRIORITISED, priority=JobPriority.NORMAL)]
        )
        assert [await ahead(backend, key) for key in "cda"] == [0, 1, 2]

    async def test_of_a_job_that_is_not_ready_nothing_is_told(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue([job("runs"), job("later", due=SECOND)])
        await Lane(backend.queue).claim(1)
        ids = [id_of("runs"), id_of("later"), id_of("nobody"), id_of("x", "nowhere")]
        assert [await backend.inspector.ahead(one) for one in ids] == [None] * 4

    async def test_more_than_a_thousand_void_entries_are_counted_out(
        self, backend: BackendUnderTest
    ) -> None:
        keys = [f"{n}" for n in range(1500)]
        await backend.queue.enqueue(jobs(*keys, "last"))
        await backend.queue.move([Move(id_of(key), JobEvent.CANCEL) for key in keys[1:]])
        assert await ahead(backend, "last") == 1

    async def test_no_more_than_ten_thousand_are_counted(self, backend: BackendUnderTest) -> None:
        await backend.queue.enqueue(jobs(*(f"{n}" for n in range(MOST_AHEAD + 2))))
        numbers = [await ahead(backend, f"{MOST_AHEAD + n}") for n in (-1, 0, 1)]
        assert numbers == [MOST_AHEAD - 1, MOST_AHEAD, MOST_AHEAD]


async def ahead(backend: BackendUnderTest, key: str) -> int | None:
    """Returns how many jobs are ahead of one of the queue."""
    return await backend.inspector.ahead(JobId.of(QUEUE, key))
