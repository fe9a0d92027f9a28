"""Replaying and removing dead letters: many at once, each with its outcome."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from jobsys import Unique
from jobsys.adapters.memory.job_queue import MemoryJobQueue
from jobsys.application.admission import Admission
from jobsys.application.dead_letter_moves import DeadLetterOutcome
from jobsys.application.dead_letters import DeadLetterBook
from jobsys.application.intake import Intake
from jobsys.domain.dead_letter import DeadLetterFilter
from jobsys.domain.errors import IllegalTransition, JobNotFound
from jobsys.domain.job_id import JobId
from jobsys.domain.move import Move
from jobsys.domain.status import JobStatus, Reason
from jobsys.domain.validator import JobValidator
from jobsys.ports.job_queue import Moved
from jobsys.testing.jobs import CRASH
from tests.support.bench import Bench, Greet
from tests.support.dead_letters import bury, bury_many

HOUR = timedelta(hours=1)
ANY = DeadLetterFilter()


class CountingQueue(MemoryJobQueue):
    """Keeps the size of each call of `move`."""

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench.store, bench.clock)
        self.sizes = list[int]()

    async def move(self, moves: Sequence[Move]) -> Sequence[Moved]:
        self.sizes.append(len(moves))
        return await super().move(moves)


class OvertakenQueue(MemoryJobQueue):
    """Somebody replays a job between the look at the dead letters and the call of `move`."""

    def __init__(self, bench: Bench, replayed: JobId) -> None:
        super().__init__(bench.store, bench.clock)
        self._bench, self._replayed = bench, replayed

    async def move(self, moves: Sequence[Move]) -> Sequence[Moved]:
        await self._bench.service.retry(self._replayed)
        return await super().move(moves)


def book(bench: Bench, queue: MemoryJobQueue) -> DeadLetterBook:
    intake = Intake(
        bench.factory, JobValidator(), bench.clock, bench.metrics, Admission(bench.policies)
    )
    return DeadLetterBook(queue, bench.inspector, intake)


async def found(bench: Bench, wanted: DeadLetterFilter) -> list[str]:
    page = await bench.service.dead_letters.find(wanted)
    assert page.next is None
    return sorted(record.id.key for record in page.records)


async def test_many_are_replayed_with_few_calls_and_each_has_its_outcome(bench: Bench) -> None:
    queue, told = CountingQueue(bench), list[tuple[int, int]]()
    dead = await bury_many(bench, 450)
    waiting, cancelled = [await bench.service.submit(Greet()) for _ in range(2)]
    await bench.service.cancel(cancelled)
    ids = [*dead, waiting, cancelled, dead[0], "default:nobody"]
    outcomes = await book(bench, queue).replay_many(
        ids, progress=lambda done, of: told.append((done, of))
    )
    assert queue.sizes == [200, 200, 53]
    assert told == [(200, 453), (400, 453), (453, 453)]
    assert {outcomes[job_id] for job_id in dead} == {DeadLetterOutcome.REPLAYED}
    assert outcomes[waiting] is DeadLetterOutcome.TOO_LATE
    assert outcomes[cancelled] is DeadLetterOutcome.REPLAYED
    assert outcomes[JobId("default:nobody")] is DeadLetterOutcome.NOT_FOUND


async def test_one_is_replayed_or_it_is_said_why_not(bench: Bench) -> None:
    job_id, letters = await bury(bench), bench.service.dead_letters
    await letters.replay(job_id)
    assert (await bench.service.get(job_id)).status is JobStatus.QUEUED
    with pytest.raises(IllegalTransition, match="queued"):
        await letters.replay(job_id)
    with pytest.raises(JobNotFound):
        await letters.replay("default:nobody")


async def test_those_that_are_meant_are_replayed_and_no_others(bench: Bench) -> None:
    meant = await bury_many(bench, 3, error="KeyError: x")
    other = await bury(bench)
    letters, wanted = bench.service.dead_letters, DeadLetterFilter(error="KeyError")
    dry = await letters.replay_matching(wanted, dry_run=True)
    assert (dry.matched, dry.done, dry.more, dry.outcomes) == (3, 0, False, {})
    assert len(await found(bench, ANY)) == 4
    part = await letters.replay_matching(wanted, limit=2)
    assert (part.matched, part.done, part.more) == (2, 2, True)
    rest = await letters.replay_matching(wanted)
    assert (rest.matched, rest.done, rest.more) == (1, 1, False)
    assert {*part.outcomes, *rest.outcomes} == {*meant}
    assert await found(bench, ANY) == [other.key]


async def test_a_purge_counts_unless_it_is_told_to_remove(bench: Bench) -> None:
    await bury_many(bench, 2, error="KeyError: x")
    other = await bury(bench)
    letters, wanted = bench.service.dead_letters, DeadLetterFilter(error="KeyError")
    assert (await letters.purge(wanted)).matched == 2
    assert len(await found(bench, ANY)) == 3
    removed = await letters.purge(wanted, dry_run=False)
    assert ({*removed.outcomes.values()}, removed.done) == ({DeadLetterOutcome.REMOVED}, 2)
    assert [record.id for record in await bench.find_all()] == [other]


async def test_a_job_that_somebody_replayed_meanwhile_is_not_removed(bench: Bench) -> None:
    mine, yours = await bury_many(bench, 2)
    letters = book(bench, OvertakenQueue(bench, yours))
    removed = await letters.purge(ANY, dry_run=False)
    assert removed.outcomes == {
        mine: DeadLetterOutcome.REMOVED,
        yours: DeadLetterOutcome.TOO_LATE,
    }
    assert [(r.id, r.status) for r in await bench.find_all()] == [(yours, JobStatus.QUEUED)]


async def test_a_dead_letter_that_must_be_unique_is_no_second_of_its_kind(bench: Bench) -> None:
    lease = await bench.leased(Greet(name="Ada"), unique=Unique())
    await bench.settled(lease.failed(CRASH, None, Reason.EXHAUSTED))
    other = await bench.service.submit(Greet(name="Ada"), unique=Unique())
    letters, dead = bench.service.dead_letters, lease.record.id
    assert await letters.replay_many([dead]) == {dead: DeadLetterOutcome.DUPLICATE}
    await bench.service.cancel(other)
    assert await letters.replay_many([dead]) == {dead: DeadLetterOutcome.REPLAYED}
