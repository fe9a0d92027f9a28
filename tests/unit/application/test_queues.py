"""Queues are held, bounded and emptied, on a backend in memory."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Unpack

import pytest

from jobsys import InvalidJob, JobPriority, JobStatus, QueueFull
from jobsys.adapters.memory.job_queue import MemoryJobQueue
from jobsys.application.queues import QueueBook
from jobsys.domain.errors import QueueClosed
from jobsys.domain.move import Move
from jobsys.domain.queue_policy import PolicyChange, QueuePolicy
from jobsys.domain.status import Reason
from jobsys.ports.job_queue import Moved
from jobsys.ports.metric_families import ENQUEUED
from jobsys.testing.until import until
from tests.support.bench import Bench, Greet


@pytest.fixture
def bench() -> Bench:
    return Bench()


async def set_policy(bench: Bench, **changes: Unpack[PolicyChange]) -> QueuePolicy:
    return await bench.service.queues.configure("default", **changes)


async def test_what_is_named_is_set_and_the_rest_stays(bench: Bench) -> None:
    await set_policy(bench, max_jobs=5, age_after="30s")
    await bench.service.queues.pause("default")
    assert await set_policy(bench, max_jobs=7) == QueuePolicy(
        paused=True, max_jobs=7, age_after=timedelta(seconds=30)
    )


async def test_a_value_that_cannot_be_is_named(bench: Bench) -> None:
    with pytest.raises(InvalidJob, match="max_jobs"):
        await set_policy(bench, max_jobs=-1)
    assert await bench.service.queues.policy("default") == QueuePolicy()


async def test_who_changes_a_policy_at_once_loses_no_change_of_others(bench: Bench) -> None:
    types = [f"type_{number}" for number in range(10)]
    await asyncio.gather(*(bench.service.queues.pause("default", job_type=one) for one in types))
    assert (await bench.service.queues.policy("default")).paused_types == set(types)


async def test_a_submit_to_a_full_queue_is_refused_and_names_what_was_not_stored(
    bench: Bench,
) -> None:
    await set_policy(bench, max_jobs=2)
    with pytest.raises(QueueFull, match=r"'default' is full; 2 of 3 jobs were stored") as caught:
        await bench.service.submit_many([Greet(), Greet(), Greet()])
    found = await bench.service.find()
    assert len(found.records) == 2
    assert len(caught.value.refused) == 1
    assert caught.value.refused[0] not in {record.id for record in found.records}


async def test_a_submit_waits_for_room_as_long_as_the_policy_says(bench: Bench) -> None:
    await set_policy(bench, max_jobs=1, wait_for_room="60s")
    await bench.service.submit(Greet())
    waiting = asyncio.create_task(bench.service.submit(Greet(), key="second"))
    await asyncio.sleep(0)
    assert not waiting.done()
    await bench.claimed()
    assert await waiting == "default:second"


async def test_a_submit_that_finds_no_room_in_time_is_refused(bench: Bench) -> None:
    await set_policy(bench, max_jobs=1, wait_for_room="20ms")
    await bench.service.submit(Greet())
    with pytest.raises(QueueFull):
        await bench.service.submit(Greet())


async def test_the_submit_of_a_job_that_is_there_is_not_refused(bench: Bench) -> None:
    await bench.service.submit(Greet(), key="once")
    await set_policy(bench, closed=True)
    assert await bench.service.submit(Greet(), key="once") == "default:once"
    with pytest.raises(QueueClosed, match="closed"):
        await bench.service.submit(Greet(), key="twice")


async def test_a_queue_is_drained_once_its_last_job_has_ended(bench: Bench) -> None:
    lease = await bench.leased(Greet())
    draining = asyncio.create_task(bench.service.queues.drain("default"))
    await until(lambda: bench.store.queue("default").policy.closed)
    assert not draining.done()
    await bench.settled(lease.succeeded(None))
    await draining


async def test_a_drain_that_lasts_too_long_leaves_the_queue_closed(bench: Bench) -> None:
    await bench.service.submit(Greet())
    with pytest.raises(TimeoutError):
        await bench.service.queues.drain("default", "20ms")
    assert (await bench.service.queues.policy("default")).closed


async def test_a_purge_removes_what_waits_and_a_dry_run_counts_it(bench: Bench) -> None:
    lease = await bench.leased(Greet())
    await bench.service.submit_many([Greet()] * 1200)
    await bench.service.submit_many([Greet()] * 7, delay="1h")
    queues = bench.service.queues
    assert sum([n async for n in queues.purge("default", dry_run=True)]) == 1207
    assert sum([n async for n in queues.purge("default")]) == 1207
    left = await bench.service.find()
    assert [record.id for record in left.records] == [lease.record.id]


async def test_a_purge_of_running_jobs_is_refused(bench: Bench) -> None:
    with pytest.raises(InvalidJob, match="cancel it"):
        async for _ in bench.service.queues.purge("default", statuses=[JobStatus.PROCESSING]):
            pass


async def test_a_resumed_type_gets_its_jobs_back_and_other_delayed_ones_wait_on(
    bench: Bench,
) -> None:
    held = await bench.leased(Greet())
    await bench.settled(held.held(timedelta(minutes=1), Reason.PAUSED))
    later = await bench.service.submit(Greet(), delay="1m")
    await bench.service.queues.pause("default", job_type="Greet")
    await bench.service.queues.resume("default", job_type="greet")
    assert (await bench.service.get(held.record.id)).status is JobStatus.QUEUED
    assert (await bench.service.get(later)).status is JobStatus.SCHEDULED
    assert (await bench.service.queues.policy("default")).paused_types == frozenset()


class Parcel(Greet):
    """A type that was renamed twice."""

    aliases = ("old_parcel", "Very-Old-Parcel")


@pytest.mark.parametrize("said", ["parcel", "Old-Parcel", "very_old_parcel"])
async def test_a_type_is_paused_and_resumed_under_every_name_that_it_has_here(
    bench: Bench, said: str
) -> None:
    bench.factory.register(Parcel)
    await bench.service.queues.pause("default", job_type=said)
    names = {"parcel", "old_parcel", "very_old_parcel"}
    assert (await bench.service.queues.policy("default")).paused_types == names
    held = await bench.leased(Parcel())
    await bench.settled(held.held(timedelta(minutes=1), Reason.PAUSED))
    await bench.service.queues.resume("default", job_type=said)
    assert (await bench.service.queues.policy("default")).paused_types == frozenset()
    assert (await bench.service.get(held.record.id)).status is JobStatus.QUEUED


async def test_a_type_that_is_not_registered_here_is_paused_by_the_name_that_was_said(
    bench: Bench,
) -> None:
    await bench.service.queues.pause("default", job_type="Some-Type")
    assert (await bench.service.queues.policy("default")).paused_types == {"some_type"}


async def test_a_waiting_job_takes_another_priority_and_another_time(bench: Bench) -> None:
    job_id = await bench.service.submit(Greet())
    await bench.service.change(job_id, priority="high", delay="1h")
    record = await bench.service.get(job_id)
    assert (record.status, record.priority) == (JobStatus.SCHEDULED, JobPriority.HIGH)
    await bench.service.change(job_id, delay="0s")
    assert (await bench.claimed()).record.id == job_id


async def test_nothing_to_change_is_said(bench: Bench) -> None:
    job_id = await bench.service.submit(Greet())
    with pytest.raises(InvalidJob, match="give priority, delay or run_at"):
        await bench.service.change(job_id)


class Racing(MemoryJobQueue):
    """Has somebody replay a job just before each of its moves."""

    def __init__(self, bench: Bench, replayed: str) -> None:
        super().__init__(bench.store, bench.clock)
        self._bench = bench
        self._replayed = replayed

    async def move(self, moves: Sequence[Move]) -> Sequence[Moved]:
        await self._bench.service.retry(self._replayed)
        return await super().move(moves)


async def test_a_purge_of_what_is_over_leaves_a_job_that_was_replayed_meanwhile(
    bench: Bench,
) -> None:
    job_id = await bench.service.submit(Greet())
    await bench.service.cancel(job_id)
    book = QueueBook(bench.policies, bench.inspector, Racing(bench, job_id), bench.factory)
    purged = book.purge("default", statuses=[JobStatus.CANCELLED])
    assert sum([number async for number in purged]) == 0
    assert (await bench.service.get(job_id)).status is JobStatus.QUEUED


async def test_a_held_job_that_was_given_another_time_is_not_let_go_by_a_resume(
    bench: Bench,
) -> None:
    held = await bench.leased(Greet())
    await bench.settled(held.held(timedelta(minutes=1), Reason.PAUSED))
    await bench.service.change(held.record.id, delay="1d")
    await bench.service.queues.resume("default", job_type="greet")
    assert (await bench.service.get(held.record.id)).status is JobStatus.SCHEDULED


async def test_what_was_stored_before_a_queue_was_full_is_counted(bench: Bench) -> None:
    await set_policy(bench, max_jobs=2)
    with pytest.raises(QueueFull):
        await bench.service.submit_many([Greet()] * 3)
    assert bench.metrics.snapshot().number(ENQUEUED, "greet", "normal") == 2
