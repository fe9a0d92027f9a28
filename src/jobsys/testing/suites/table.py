"""The table of transitions, each row applied from each of its sources, and nothing else."""

import pytest

from jobsys.domain.job_id import JobId
from jobsys.domain.move import Move
from jobsys.domain.record import JobRecord
from jobsys.domain.status import TRANSITIONS, JobEvent, JobStatus, Row, rows_for
from jobsys.ports.job_queue import Moved
from jobsys.ports.turn import Refusal
from jobsys.testing.backend import BackendUnderTest
from jobsys.testing.endings import SETTLE_EVENTS, ended, leads_to_dead_letters
from jobsys.testing.jobs import HOUR, QUEUE, look, snapshot
from jobsys.testing.lane import Lane
from jobsys.testing.situations import bring_to, lease_of

MOVE_EVENTS = (
    JobEvent.PARENTS_DONE,
    JobEvent.PARENT_FAILED,
    JobEvent.CANCEL,
    JobEvent.REPLACED,
    JobEvent.RESCHEDULED,
    JobEvent.REPRIORITISED,
    JobEvent.REPLAYED,
    JobEvent.DELETED,
)


def rows_of(*events: JobEvent) -> list[tuple[Row, JobStatus]]:
    """Returns each row that these events can take, with each stored source of it."""
    return [
        (row, source)
        for row in TRANSITIONS
        for source in row.sources
        if row.event in events and source is not None
    ]


def refused_by(*events: JobEvent) -> list[tuple[JobEvent, JobStatus]]:
    """Returns these events, each with every state from which the table has no row for it."""
    taken = {(row.event, source) for row in TRANSITIONS for source in row.sources}
    pairs = [(event, source) for event in events for source in JobStatus]
    return [pair for pair in pairs if pair not in taken]


def shown(value: Row | JobEvent | JobStatus) -> str:
    """Returns what a test's id says about its parameter."""
    return f"{value.event}-{value.target}" if isinstance(value, Row) else value


def move_of(job_id: JobId, row: Row) -> Move:
    """Returns the move that asks for a row of the table; a job that gets a time is due in an hour."""
    is_timed = row.target is JobStatus.SCHEDULED and row.event is not JobEvent.REPRIORITISED
    return Move(job_id, row.event, row.target, HOUR if is_timed else None)


def assert_moved(before: JobRecord, after: JobRecord, row: Row) -> None:
    """Asserts that a job stands where a row of the table leads, its counters as the row says."""
    kept = 0 if row.starts_over else before.attempts
    crashes = 0 if row.starts_over or row.clears_crashes else before.standing.crashes
    assert after.status is row.target
    assert after.attempts == kept + row.attempts
    assert after.standing.crashes == crashes + row.crashes
    assert after.standing.token == before.standing.token


class TableSuite:
    """Every row of the table, and every event that a state refuses."""

    @pytest.mark.parametrize(("row", "source"), rows_of(*SETTLE_EVENTS), ids=shown)
    async def test_the_end_of_a_lease_leads_where_the_table_says(
        self, backend: BackendUnderTest, row: Row, source: JobStatus
    ) -> None:
        job_id = await bring_to(backend, source)
        before = await look(backend, job_id.key)
        lease = await lease_of(backend, job_id)
        for_good = leads_to_dead_letters(row.target)
        turn = await Lane(backend.queue).settle(ended(lease, row.event, for_good=for_good))
        assert turn.refused == {}
        assert_moved(before, await look(backend, job_id.key), row)

    @pytest.mark.parametrize(("event", "source"), refused_by(*SETTLE_EVENTS), ids=shown)
    async def test_the_end_of_a_lease_is_refused_from_every_other_state(
        self, backend: BackendUnderTest, event: JobEvent, source: JobStatus
    ) -> None:
        job_id = await bring_to(backend, source)
        forged = await lease_of(backend, job_id)
        before = await snapshot(backend)
        turn = await Lane(backend.queue).settle(ended(forged, event))
        assert turn.refused == {0: Refusal.LOST}
        assert await snapshot(backend) == before

    @pytest.mark.parametrize(("row", "source"), rows_of(*MOVE_EVENTS), ids=shown)
    async def test_a_move_leads_where_the_table_says(
        self, backend: BackendUnderTest, row: Row, source: JobStatus
    ) -> None:
        job_id = await bring_to(backend, source)
        before = await look(backend, job_id.key)
        answer = await backend.queue.move([move_of(job_id, row)])
        assert answer == [Moved(job_id, source, row.target, applied=True)]
        if row.target is None:
            assert await backend.inspector.get([job_id]) == {}
        else:
            assert_moved(before, await look(backend, job_id.key), row)

    @pytest.mark.parametrize(("event", "source"), refused_by(*MOVE_EVENTS), ids=shown)
    async def test_a_move_is_refused_from_every_other_state(
        self, backend: BackendUnderTest, event: JobEvent, source: JobStatus
    ) -> None:
        job_id = await bring_to(backend, source)
        before = await snapshot(backend)
        answer = await backend.queue.move([move_of(job_id, next(rows_for(event)))])
        assert answer == [Moved(job_id, source, source, applied=False)]
        assert await snapshot(backend) == before

    @pytest.mark.parametrize(("row", "source"), rows_of(JobEvent.DUE), ids=shown)
    async def test_a_tick_promotes_what_the_table_says(
        self, backend: BackendUnderTest, row: Row, source: JobStatus
    ) -> None:
        job_id = await bring_to(backend, source)
        before = await look(backend, job_id.key)
        await backend.advance(HOUR / 2)
        assert (await backend.queue.tick([QUEUE], 100)).promoted == 1
        assert_moved(before, await look(backend, job_id.key), row)

    @pytest.mark.parametrize(("event", "source"), refused_by(JobEvent.DUE), ids=shown)
    async def test_a_tick_promotes_nothing_else(
        self, backend: BackendUnderTest, event: JobEvent, source: JobStatus
    ) -> None:
        await bring_to(backend, source)
        await backend.advance(HOUR / 2)
        before = await snapshot(backend)
        assert (await backend.queue.tick([QUEUE], 100)).promoted == 0, event
        assert await snapshot(backend) == before

    @pytest.mark.parametrize(("event", "source"), refused_by(JobEvent.CLAIMED), ids=shown)
    async def test_a_claim_takes_only_what_the_table_says(
        self, backend: BackendUnderTest, event: JobEvent, source: JobStatus
    ) -> None:
        await bring_to(backend, source)
        before = await snapshot(backend)
        assert await Lane(backend.queue).claim() == [], event
        assert await snapshot(backend) == before

    @pytest.mark.parametrize(("event", "source"), refused_by(JobEvent.RETENTION_OVER), ids=shown)
    async def test_retention_never_removes_a_job_that_has_not_ended(
        self, backend: BackendUnderTest, event: JobEvent, source: JobStatus
    ) -> None:
        job_id = await bring_to(backend, source)
        await backend.advance(10_000 * HOUR)
        assert (await backend.queue.tick([QUEUE], 100)).removed == 0, event
        assert job_id in await backend.inspector.get([job_id])
