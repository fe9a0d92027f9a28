"""A worker goes by what was set of its queues while it runs, on every backend."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from jobsys import BackgroundJobService, BaseJob, JobContext, JobPriority, JobsysContainer, Settings
from jobsys.application.queues import QueueBook
from jobsys.domain.factory import JobFactory
from jobsys.testing.until import until

GRACE = timedelta(seconds=5)


class Note(BaseJob):
    """A job that tells who it is."""

    name: str


class Letter(Note):
    """A job of another type in the same queue."""


class Card(Note):
    """A type that had another name; jobs of that are still stored."""

    aliases = ("postcard",)


class OldCard(Note):
    """The same type in a release before."""

    job_type = "postcard"


class Desk:
    """A running worker that notes which jobs it begins."""

    def __init__(self, url: str, seconds: float = 0.0, concurrency: int = 10) -> None:
        worker = {"concurrency": concurrency, "grace": GRACE}
        self.container = JobsysContainer(
            Settings.model_validate({"backend": url, "worker": worker})
        )
        self.begun: list[str] = []
        self._seconds = seconds
        self.container.handles(Note)(self._run)
        self.container.handles(Letter)(self._run)
        self.container.handles(Card)(self._run)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[BackgroundJobService]:
        async with self.container.lifecycle():
            yield self.container.job_service()

    async def _run(self, job: Note, context: JobContext) -> None:
        self.begun.append(job.name)
        await asyncio.sleep(self._seconds)


def notes(*names: str) -> list[BaseJob]:
    return [Note(name=name) for name in names]


async def test_a_paused_queue_begins_nothing_and_a_resumed_one_all(url: str) -> None:
    desk = Desk(url)
    async with desk.open() as jobs:
        await jobs.queues.pause("default")
        ids = await jobs.submit_many(notes("a", "b", "c"))
        assert (await jobs.counts())["default"].waiting[JobPriority.NORMAL] == 3
        assert desk.begun == []
        await jobs.queues.resume("default")
        ended = [record.id async for record in jobs.as_completed(ids, timeout="30s")]
    assert sorted(ended) == sorted(ids)
    assert sorted(desk.begun) == ["a", "b", "c"]


async def test_jobs_of_a_paused_type_are_held_back_and_spend_no_attempt(url: str) -> None:
    desk = Desk(url)
    async with desk.open() as jobs:
        await jobs.queues.pause("default", job_type="letter")
        held = await jobs.submit_many([Letter(name=f"letter-{n}") for n in range(20)])
        free = await jobs.submit_many(notes("a", "b"))
        assert len([record async for record in jobs.as_completed(free, timeout="30s")]) == 2
        assert sorted(desk.begun) == ["a", "b"]
        await jobs.queues.resume("default", job_type="letter")
        ended = [record async for record in jobs.as_completed(held, timeout="30s")]
    assert {record.attempts for record in ended} == {0}
    assert len(desk.begun) == 22


@pytest.mark.parametrize(("said", "listed"), [("card", "postcard"), ("postcard", "card")])
async def test_a_type_that_is_paused_where_its_names_are_not_known_is_held_back_under_each(
    url: str, said: str, listed: str
) -> None:
    desk, stored = Desk(url), {"card": Card, "postcard": OldCard}[listed]
    async with desk.open() as jobs:
        backend = desk.container.backend()
        book = QueueBook(
            backend.ports.policies, backend.ports.inspector, backend.ports.queue, JobFactory()
        )
        await book.pause("default", job_type=said)
        assert (await jobs.queues.policy("default")).paused_types == {said}
        held = await jobs.submit(stored(name="held"))
        assert (await jobs.get(held)).job_type == listed
        free = await jobs.submit(Note(name="free"))
        await jobs.wait(free, timeout="30s")
        assert desk.begun == ["free"]
        await jobs.queues.resume("default", job_type=listed)
        assert (await jobs.queues.policy("default")).paused_types == frozenset()
        await jobs.wait(held, timeout="30s")
    assert desk.begun == ["free", "held"]


async def test_the_settings_of_a_queue_are_set_at_the_start(url: str) -> None:
    queues = {"default": {"max_jobs": 7, "age_after": "30s"}}
    given = {"backend": url, "worker": {"enabled": False}, "queues": queues}
    container = JobsysContainer(Settings.model_validate(given))
    async with container.lifecycle():
        policy = await container.job_service().queues.policy("default")
    assert (policy.max_jobs, policy.age_after) == (7, timedelta(seconds=30))


async def test_low_jobs_get_their_share_under_more_urgent_ones_than_can_be_done(
    url: str,
) -> None:
    desk = Desk(url, seconds=0.02, concurrency=2)  # a hundred jobs a second
    async with desk.open() as jobs:
        await jobs.queues.configure("default", age_after="500ms")
        urgent = [Note(name="urgent") for _ in range(400)]
        low = [Note(name=f"low-{n}") for n in range(20)]
        await jobs.submit_many(low, priority=JobPriority.LOW)
        await jobs.submit_many(urgent, priority=JobPriority.HIGH)
        await until(lambda: len(desk.begun) == 420)
    last_low = max(i for i, name in enumerate(desk.begun) if name.startswith("low"))
    assert last_low < 200  # strictly by level, they would be the last twenty


async def test_levels_share_the_slots_of_a_worker_by_their_floors(url: str) -> None:
    gate = asyncio.Event()
    running = Counter[JobPriority]()
    reserved = {"high": 3, "normal": 2, "low": 1}
    worker = {"concurrency": 6, "reserved": reserved, "grace": GRACE}
    container = JobsysContainer(Settings.model_validate({"backend": url, "worker": worker}))

    @container.handles(Note)
    async def run(job: Note, context: JobContext) -> None:
        running[JobPriority[job.name.upper()]] += 1
        await gate.wait()

    async with container.lifecycle():
        jobs = container.job_service()
        await jobs.queues.pause("default")
        for level in reserved:
            await jobs.submit_many(notes(*[level] * 6), priority=level)
        await jobs.queues.resume("default")
        await until(lambda: running.total() == 6)
        assert {level.label: number for level, number in running.items()} == reserved
        gate.set()


async def test_the_jobs_of_a_schedule_find_room_in_a_full_queue_and_in_a_closed_one(
    url: str,
) -> None:
    desk = Desk(url)
    async with desk.open() as jobs:
        await jobs.queues.configure("default", max_jobs=1, closed=True)
        await jobs.schedule("pulse", Note(name="pulse"), every="1s")
        await until(lambda: desk.begun)
    assert set(desk.begun) == {"pulse"}


async def test_a_queue_whose_last_job_was_cancelled_is_empty(url: str) -> None:
    given = {"backend": url, "worker": {"enabled": False}}
    container = JobsysContainer(Settings.model_validate(given))
    async with container.lifecycle():
        jobs = container.job_service()
        await jobs.cancel(await jobs.submit(Note(name="a")))
        await jobs.queues.drain("default", timeout="30s")
