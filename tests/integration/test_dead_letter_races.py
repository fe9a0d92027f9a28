"""Two programs at one dead letter: each race has one outcome, on each backend."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from dependency_injector.providers import Object

from jobsys import (
    DeadLetterFilter,
    DeadLetterOutcome,
    JobId,
    JobsysContainer,
    JobsysError,
    Settings,
)
from jobsys.domain.status import JobStatus, Reason
from jobsys.testing.jobs import CRASH
from jobsys.testing.lane import Lane
from tests.support.greeter import Greet, program

Pair = tuple[JobsysContainer, JobsysContainer]

ANY = DeadLetterFilter()


@pytest.fixture
async def pair(url: str) -> AsyncIterator[Pair]:
    """Two programs that run no job, each with connections of its own where the backend has any."""
    containers = [program(Settings(backend=url)) for _ in range(2)]
    async with AsyncExitStack() as stack:
        for container in containers[: 1 if url == "memory://" else 2]:
            container.runs_worker.override(Object(False))
            await stack.enter_async_context(container.lifecycle())
        yield containers[0], containers[0 if url == "memory://" else 1]


async def test_of_two_editors_in_two_processes_one_succeeds_and_the_other_is_told(
    pair: Pair,
) -> None:
    mine, yours = (container.job_service() for container in pair)
    job_id = await mine.submit(Greet())
    await mine.cancel(job_id)
    for number in range(20):
        seen = (await mine.get(job_id)).payload
        names = f"mine {number}", f"yours {number}"
        results = await asyncio.gather(
            *(
                service.dead_letters.edit(job_id, {"name": name}, seen=seen)
                for service, name in zip((mine, yours), names, strict=True)
            ),
            return_exceptions=True,
        )
        assert sorted(type(result).__name__ for result in results) == ["NoneType", "PayloadChanged"]
        winner = names[results.index(None)]
        assert (await yours.get(job_id)).payload.as_dict() == {"name": winner}


async def test_an_edit_against_a_replay_comes_before_it_or_is_refused(
    pair: Pair,
) -> None:
    mine, yours = (container.job_service() for container in pair)
    for number in range(20):
        job_id = await mine.submit(Greet())
        await mine.cancel(job_id)
        seen = (await mine.get(job_id)).payload
        calls = [
            mine.dead_letters.edit(job_id, {"name": "Bob"}, seen=seen),
            yours.dead_letters.replay(job_id),
        ]
        results = await asyncio.gather(*calls[:: 1 if number % 2 else -1], return_exceptions=True)
        refusals = [result.code for result in results if isinstance(result, JobsysError)]
        record = await mine.get(job_id)
        assert record.status is JobStatus.QUEUED
        assert (refusals, record.payload.as_dict()["name"]) in [
            ([], "Bob"),
            (["ILLEGAL_TRANSITION"], "Ada"),
        ]


async def test_a_purge_against_a_replay_takes_each_dead_letter_once(
    pair: Pair,
) -> None:
    mine, yours = (container.job_service() for container in pair)
    ids = await buried(pair[0], 600)
    removed, replayed = await asyncio.gather(
        mine.dead_letters.purge(ANY, dry_run=False), yours.dead_letters.replay_many(ids)
    )
    gone = {i for i, told in removed.outcomes.items() if told is DeadLetterOutcome.REMOVED}
    again = {i for i, told in replayed.items() if told is DeadLetterOutcome.REPLAYED}
    assert gone.isdisjoint(again)
    assert gone | again == {*ids}
    now = await mine.counts()
    assert (now["default"].now[JobStatus.QUEUED], now["default"].now[JobStatus.FAILED]) == (
        len(again),
        0,
    )


async def buried(container: JobsysContainer, number: int) -> list[JobId]:
    """Makes so many dead letters."""
    ids = await container.job_service().submit_many([Greet()] * number)
    lane = Lane(container.job_queue())
    while leases := await lane.claim(200, Greet.queue):
        await lane.settle(*[lease.failed(CRASH, None, Reason.EXHAUSTED) for lease in leases])
    return ids
