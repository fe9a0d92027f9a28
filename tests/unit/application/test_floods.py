"""Which type floods a late queue, and what that costs to know."""

from datetime import timedelta
from itertools import count

import pytest

from jobsys import BaseJob, JobStatus
from jobsys.application.floods import LOOK_EVERY, LOOKED_AT, Flood, Floods, late
from jobsys.ports.job_inspector import JobQuery, Page
from tests.support.bench import Bench

SECOND = timedelta(seconds=1)


class Flooding(BaseJob):
    queue = "mails"


class Other(BaseJob):
    queue = "mails"


@pytest.fixture
def bench() -> Bench:
    bench = Bench()
    for kind in (Flooding, Other):
        bench.factory.register(kind)
    return bench


async def flood(bench: Bench, floods: Floods) -> Flood | None:
    queues = await bench.service.queues.find()
    return (await floods.read(queues, bench.clock.now())).get("mails")


async def waiting(bench: Bench, *jobs: BaseJob) -> None:
    """Submits jobs that have waited for long."""
    await bench.service.submit_many(jobs)
    bench.clock.advance(timedelta(minutes=1) + SECOND)


async def test_the_type_of_most_of_those_that_come_first_floods_a_late_queue(bench: Bench) -> None:
    await waiting(bench, *[Flooding()] * 80, *[Other()] * 200)
    assert await flood(bench, Floods(bench.service)) == Flood("flooding", 80, LOOKED_AT)


async def test_half_of_them_are_no_flood(bench: Bench) -> None:
    await waiting(bench, *[Flooding()] * 50, *[Other()] * 50)
    assert await flood(bench, Floods(bench.service)) is None


async def test_a_type_that_is_held_already_floods_nothing(bench: Bench) -> None:
    await waiting(bench, *[Flooding()] * 3)
    floods = Floods(bench.service)
    assert await flood(bench, floods)
    await bench.service.queues.pause("mails", job_type="flooding")
    assert await flood(bench, floods) is None
    assert await flood(bench, Floods(bench.service)) is None


async def test_a_queue_that_is_not_late_is_not_looked_at_and_a_late_one_every_ten_seconds(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks, find = count(), bench.inspector.find

    async def counted(query: JobQuery, limit: int, after: str | None = None) -> Page:
        next(looks)
        assert limit == LOOKED_AT
        return await find(query, limit, after)

    monkeypatch.setattr(bench.inspector, "find", counted)
    floods = Floods(bench.service)
    await bench.service.submit_many([Flooding()])
    assert await flood(bench, floods) is None
    await waiting(bench)
    for _ in range(3):
        assert await flood(bench, floods) == Flood("flooding", 1, 1)
    bench.clock.advance(LOOK_EVERY)
    assert await flood(bench, floods)
    assert next(looks) == 2


async def test_of_many_late_queues_those_are_looked_at_in_which_most_wait(bench: Bench) -> None:
    for number in range(1, 6):
        await bench.service.submit_many([Flooding()] * number, queue=f"q{number}")
    await waiting(bench)
    queues, now = await bench.service.queues.find(), bench.clock.now()
    assert late(queues, now) == ["q5", "q4", "q3", "q2", "q1"]
    assert (await Floods(bench.service).read(queues, now)).keys() == {"q5", "q4", "q3"}
    assert queues["q1"].counts.now[JobStatus.QUEUED] == 1
