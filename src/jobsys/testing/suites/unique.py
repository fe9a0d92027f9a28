"""What `JobQueue` promises of jobs of which there is one at a time."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Final

import pytest

from jobsys.domain.move import Move
from jobsys.domain.retention import Retention
from jobsys.domain.status import WAITING, JobEvent, JobStatus
from jobsys.domain.unique import UniqueClaim
from jobsys.ports.submission import Answer, Duplicate, Receipt, Submission
from jobsys.testing.backend import BackendUnderTest
from jobsys.testing.jobs import HOUR, QUEUE, SECOND, blocked, id_of, job, kept
from jobsys.testing.lane import Lane
from jobsys.testing.situations import bring_to

NONE: Final = timedelta(0)
WHILE_WAITING: Final = UniqueClaim("digest", True, NONE)
UNTIL_ENDED: Final = UniqueClaim("digest", False, NONE)
FOR_AN_HOUR: Final = UniqueClaim("digest", True, HOUR)


def unique(key: str, claim: UniqueClaim = UNTIL_ENDED, queue: str = QUEUE) -> Submission:
    """Returns a submission that asks to be the only one."""
    return replace(job(key, queue=queue), unique=claim)


async def submitted(backend: BackendUnderTest, *submissions: Submission) -> list[Answer]:
    """Returns what submissions of one call are answered."""
    return list(await backend.queue.enqueue(submissions))


class UniqueSuite:
    """One test for each sentence."""

    async def test_a_job_that_must_be_unique_is_kept_out_by_one_that_holds_its_digest(
        self, backend: BackendUnderTest
    ) -> None:
        other = replace(job("c"), unique=UniqueClaim("another", False, NONE))
        held = Duplicate(id_of("a"))
        created = Receipt.CREATED
        assert await submitted(backend, unique("a"), unique("b"), other) == [created, held, created]
        assert await submitted(backend, unique("b"), job("d")) == [held, created]
        assert await submitted(backend, unique("b", queue="side")) == [created]
        assert sorted(await Lane(backend.queue).claim_keys()) == ["a", "c", "d"]

    async def test_a_job_that_is_there_already_is_no_duplicate_of_itself(
        self, backend: BackendUnderTest
    ) -> None:
        assert await submitted(backend, unique("a"), unique("a")) == [
            Receipt.CREATED,
            Receipt.EXISTS,
        ]

    @pytest.mark.parametrize("status", JobStatus)
    async def test_one_that_holds_while_it_waits_keeps_others_out_while_it_waits(
        self, backend: BackendUnderTest, status: JobStatus
    ) -> None:
        await self._holds(backend, status, WHILE_WAITING, keeps_out=status in WAITING)

    @pytest.mark.parametrize("status", JobStatus)
    async def test_one_that_holds_until_it_has_ended_keeps_others_out_until_then(
        self, backend: BackendUnderTest, status: JobStatus
    ) -> None:
        await self._holds(backend, status, UNTIL_ENDED, keeps_out=not status.is_final)

    async def test_one_that_holds_for_a_period_keeps_others_out_for_that_long_whatever_became_of_it(
        self, backend: BackendUnderTest
    ) -> None:
        await submitted(backend, unique("a", FOR_AN_HOUR))
        await backend.queue.move([Move(id_of("a"), JobEvent.DELETED)])
        await backend.advance(HOUR - SECOND)
        await backend.queue.tick([QUEUE], 100)
        assert await submitted(backend, unique("b", FOR_AN_HOUR)) == [Duplicate(id_of("a"))]
        await backend.advance(SECOND)
        assert await submitted(backend, unique("b", FOR_AN_HOUR)) == [Receipt.CREATED]

    async def test_a_hold_whose_job_was_removed_keeps_nobody_out(
        self, backend: BackendUnderTest
    ) -> None:
        short = kept(unique("a"), Retention(done=NONE))
        await submitted(backend, replace(short, unique=UNTIL_ENDED))
        lane = Lane(backend.queue)
        await lane.settle((await lane.claim_one()).succeeded(None))
        await backend.advance(SECOND)
        await backend.queue.tick([QUEUE], 100)
        assert await submitted(backend, unique("b")) == [Receipt.CREATED]

    async def test_a_look_at_holds_drops_none_that_still_keeps_others_out(
        self, backend: BackendUnderTest
    ) -> None:
        await submitted(backend, unique("a"))
        for _ in range(3):
            await backend.advance(HOUR)
            await backend.queue.tick([QUEUE], 100)
        assert await submitted(backend, unique("b")) == [Duplicate(id_of("a"))]

    async def test_of_many_who_submit_at_once_one_is_let_in(
        self, backend: BackendUnderTest
    ) -> None:
        queues = [backend.queue, await backend.another()]
        asked = (queues[n % 2].enqueue([unique(f"job-{n}")]) for n in range(20))
        answers = [one for [one] in await asyncio.gather(*asked)]
        [winner] = [n for n, answer in enumerate(answers) if answer is Receipt.CREATED]
        assert answers.count(Duplicate(id_of(f"job-{winner}"))) == 19

    async def test_a_move_that_asks_to_be_unique_is_refused_where_another_keeps_it_out(
        self, backend: BackendUnderTest
    ) -> None:
        await submitted(backend, unique("dead"))
        dead = await bring_to(backend, JobStatus.FAILED, "dead")
        await submitted(backend, unique("new"))
        replay = Move(dead, JobEvent.REPLAYED, unique=UNTIL_ENDED)
        [moved] = await backend.queue.move([replay])
        assert (moved.applied, moved.after) == (False, JobStatus.FAILED)
        await backend.queue.move([Move(id_of("new"), JobEvent.CANCEL)])
        [moved] = await backend.queue.move([replay])
        assert moved.applied
        assert await submitted(backend, unique("newer")) == [Duplicate(dead)]

    async def _holds(
        self, backend: BackendUnderTest, status: JobStatus, claim: UniqueClaim, *, keeps_out: bool
    ) -> None:
        first = blocked("holder") if status is JobStatus.BLOCKED else job("holder")
        await submitted(backend, replace(first, unique=claim))
        await bring_to(backend, status, "holder")  # its own submit finds the job there
        answer = Duplicate(id_of("holder")) if keeps_out else Receipt.CREATED
        assert await submitted(backend, unique("other", claim)) == [answer]
