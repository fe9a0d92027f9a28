"""What `JobQueue.move` promises."""

import asyncio
from datetime import datetime, timedelta

from jobsys.domain.move import Move
from jobsys.domain.status import JobEvent, JobStatus, Reason
from jobsys.ports.job_queue import Moved
from jobsys.testing.backend import BackendUnderTest
from jobsys.testing.jobs import HOUR, QUEUE, SECOND, id_of, job, jobs, look, snapshot
from jobsys.testing.lane import Lane
from jobsys.testing.situations import bring_to

JOB = id_of("job")


class MoveSuite:
    """One test for each sentence; the order of ready lists has a suite of its own."""

    async def test_makes_moves_in_order_and_tells_what_each_found_and_left(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue([*jobs("a"), job("b", queue="other", due=HOUR)])
        other = id_of("b", "other")
        moves = [
            Move(id_of("a"), JobEvent.CANCEL),
            Move(other, JobEvent.RESCHEDULED, JobStatus.QUEUED),
            Move(id_of("a"), JobEvent.REPLAYED),
            Move(id_of("a"), JobEvent.REPLAYED),
            Move(id_of("a"), JobEvent.DELETED),
        ]
        assert await backend.queue.move(moves) == [
            Moved(id_of("a"), JobStatus.QUEUED, JobStatus.CANCELLED, applied=True),
            Moved(other, JobStatus.SCHEDULED, JobStatus.QUEUED, applied=True),
            Moved(id_of("a"), JobStatus.CANCELLED, JobStatus.QUEUED, applied=True),
            Moved(id_of("a"), JobStatus.QUEUED, JobStatus.QUEUED, applied=False),
            Moved(id_of("a"), JobStatus.QUEUED, None, applied=True),
        ]

    async def test_a_job_that_does_not_exist_is_found_as_none(
        self, backend: BackendUnderTest
    ) -> None:
        answer = await backend.queue.move([Move(id_of("nobody"), JobEvent.CANCEL)])
        assert answer == [Moved(id_of("nobody"), None, None, applied=False)]

    async def test_a_move_says_why(self, backend: BackendUnderTest) -> None:
        await backend.queue.enqueue(jobs("job"))
        await backend.queue.move([Move(JOB, JobEvent.CANCEL, reason=Reason.REQUESTED)])
        record = await look(backend, "job")
        assert record.standing.reason is Reason.REQUESTED
        assert record.ended_at == await backend.now()

    async def test_a_cancelled_job_is_kept_as_long_as_the_move_says(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue(jobs("job"))
        await backend.queue.move([Move(JOB, JobEvent.CANCEL, keep_for=10 * SECOND)])
        await backend.advance(10 * SECOND - SECOND / 1000)
        assert (await backend.queue.tick([QUEUE], 100)).removed == 0
        await backend.advance(SECOND / 1000)
        assert (await backend.queue.tick([QUEUE], 100)).removed == 1

    async def test_a_job_cancelled_while_it_runs_keeps_its_lease(
        self, backend: BackendUnderTest
    ) -> None:
        await bring_to(backend, JobStatus.PROCESSING)
        before = (await look(backend, "job")).standing
        await backend.queue.move([Move(JOB, JobEvent.CANCEL)])
        after = (await look(backend, "job")).standing
        assert after.status is JobStatus.CANCELLING
        assert (after.token, after.lane) == (before.token, before.lane)

    async def test_a_rescheduled_job_is_due_when_the_move_says(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue([job("a", due=HOUR), *jobs("b")])
        instant = await backend.now() + 5 * SECOND
        await backend.queue.move([_rescheduled("a", SECOND), _rescheduled("b", instant)])
        for key, due in (("a", SECOND), ("b", 5 * SECOND)):
            standing = (await look(backend, key)).standing
            assert standing.due_at == await backend.now() + due, key
        await backend.advance(5 * SECOND)
        await backend.queue.tick([QUEUE], 100)
        assert await Lane(backend.queue).claim_keys() == ["a", "b"]

    async def test_a_replayed_job_starts_over(self, backend: BackendUnderTest) -> None:
        await bring_to(backend, JobStatus.FAILED)
        before = await look(backend, "job")
        await backend.queue.move([Move(JOB, JobEvent.REPLAYED)])
        after = await look(backend, "job")
        assert (before.attempts, before.standing.crashes) == (2, 1)
        assert (after.attempts, after.standing.crashes, after.result) == (0, 0, None)

    async def test_a_replayed_job_keeps_its_errors(self, backend: BackendUnderTest) -> None:
        await bring_to(backend, JobStatus.FAILED)
        before = await look(backend, "job")
        await backend.queue.move([Move(JOB, JobEvent.REPLAYED)])
        assert len(before.errors) == 3
        assert (await look(backend, "job")).errors == before.errors

    async def test_a_deleted_job_leaves_its_id_free(self, backend: BackendUnderTest) -> None:
        await bring_to(backend, JobStatus.FAILED)
        await backend.queue.move([Move(JOB, JobEvent.DELETED)])
        assert await backend.inspector.get([JOB]) == {}
        await backend.queue.enqueue(jobs("job"))
        record = await look(backend, "job")
        assert (record.attempts, record.standing.token, record.errors) == (0, 0, ())

    async def test_a_move_that_names_its_source_leaves_jobs_in_other_states_as_they_are(
        self, backend: BackendUnderTest
    ) -> None:
        await bring_to(backend, JobStatus.FAILED, "dead")
        await bring_to(backend, JobStatus.CANCELLED, "cancelled")
        await backend.queue.enqueue(jobs("waiting"))
        keys, failed = ("dead", "cancelled", "waiting"), JobStatus.FAILED
        moves = [Move(id_of(key), JobEvent.DELETED, source=failed) for key in keys]
        assert [moved.applied for moved in await backend.queue.move(moves)] == [True, False, False]
        assert sorted(await backend.inspector.get([move.job_id for move in moves])) == [
            id_of("cancelled"),
            id_of("waiting"),
        ]

    async def test_a_removal_of_dead_letters_against_a_replay_has_one_winner(
        self, backend: BackendUnderTest
    ) -> None:
        another, lane = await backend.another(), Lane(backend.queue)
        for number in range(10):
            job_id = await bring_to(backend, JobStatus.FAILED, f"race-{number}")
            removal = Move(job_id, JobEvent.DELETED, source=JobStatus.FAILED)
            replay = Move(job_id, JobEvent.REPLAYED)
            calls = [backend.queue.move([removal]), another.move([replay])]
            [[gone], [again]] = await asyncio.gather(*calls)
            there = await lane.claim()
            assert (gone.applied, again.applied, len(there)) in [(True, False, 0), (False, True, 1)]
            await lane.settle(*[lease.succeeded(None) for lease in there])

    async def test_a_repeated_move_changes_nothing(self, backend: BackendUnderTest) -> None:
        await backend.queue.enqueue([*jobs("a"), job("b", due=HOUR)])
        moves = [Move(id_of("a"), JobEvent.CANCEL), Move(id_of("b"), JobEvent.DELETED)]
        await backend.queue.move(moves)
        before = await snapshot(backend)
        await backend.queue.move(moves)
        assert await snapshot(backend) == before


def _rescheduled(key: str, due: timedelta | datetime) -> Move:
    return Move(id_of(key), JobEvent.RESCHEDULED, JobStatus.SCHEDULED, due)
