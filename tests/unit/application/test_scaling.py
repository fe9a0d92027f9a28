"""What queues ask of their workers."""

from dataclasses import replace
from datetime import timedelta

import pytest

from jobsys import InvalidJob, JobPriority
from jobsys.domain.worker_card import WorkerCard
from jobsys.testing.virtual_clock import START
from tests.support.bench import Bench, Greet

CARD = WorkerCard(
    worker="w1",
    host="here",
    pid=1,
    started_at=START,
    release="1",
    queues=["default", "mails"],
    types={"greet": 1},
    slots=8,
    active=0,
    rate=0.0,
    is_ready=True,
    bounds={"mails": 2},
    seconds=2.0,
)


async def test_it_tells_what_waits_and_runs_and_how_old_the_next_job_of_a_level_is(
    bench: Bench,
) -> None:
    await bench.leased(Greet())
    await bench.service.submit(Greet(), priority=JobPriority.LOW)
    bench.clock.advance(timedelta(seconds=90))
    await bench.service.submit(Greet(), priority=JobPriority.HIGH)
    demand = (await bench.scaling.find())["default"]
    assert (demand.waiting, demand.active) == (2, 1)
    assert demand.ages == {JobPriority.HIGH: 0.0, JobPriority.LOW: 90.0}


async def test_slots_are_those_of_ready_workers_as_far_as_they_take_the_queues_jobs(
    bench: Bench,
) -> None:
    await bench.roster.show(replace(CARD, worker="gone"))
    bench.clock.advance(timedelta(seconds=8))
    others = replace(CARD, worker="w2", queues=["mails"], bounds={}, slots=4)
    for card in (CARD, others, replace(CARD, worker="w3", is_ready=False)):
        await bench.roster.show(card)
    for queue in ("default", "mails", "unserved"):
        await bench.service.submit(Greet(), queue=queue)
    found = await bench.scaling.find()
    assert {queue: one.slots for queue, one in found.items()} == {
        "default": 8,
        "mails": 6,
        "unserved": 0,
    }


async def test_a_job_is_taken_to_last_as_long_as_others_of_its_workers_have_of_late(
    bench: Bench,
) -> None:
    await bench.roster.show(CARD)
    await bench.roster.show(replace(CARD, worker="w2", seconds=4.0))
    await bench.roster.show(replace(CARD, worker="fresh", seconds=None))
    await bench.service.submit_many([Greet()] * 100)
    demand = (await bench.scaling.find(within="30s"))["default"]
    assert (demand.seconds, demand.wanted) == (3.0, 10)
    assert (await bench.scaling.find(within="5m"))["default"].wanted == 1
    assert (await bench.scaling.find())["default"].wanted == 10


async def test_while_no_worker_tells_one_slot_is_wanted(bench: Bench) -> None:
    await bench.service.submit_many([Greet()] * 100)
    demand = (await bench.scaling.find())["default"]
    assert (demand.slots, demand.seconds, demand.wanted) == (0, None, 1)


async def test_a_paused_queue_asks_for_no_more_than_what_runs(bench: Bench) -> None:
    await bench.roster.show(CARD)
    await bench.leased(Greet())
    await bench.service.submit_many([Greet()] * 100)
    await bench.service.queues.pause("default")
    demand = (await bench.scaling.find())["default"]
    assert (demand.waiting, demand.wanted) == (100, 1)


@pytest.mark.parametrize("within", ["0s", "soon", "-5s"])
async def test_a_time_that_is_none_is_refused(bench: Bench, within: str) -> None:
    with pytest.raises(InvalidJob, match="within"):
        await bench.scaling.find(within)
