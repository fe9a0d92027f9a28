"""What the life of a job promises from its submit to its end holds on every backend alike."""

import asyncio
import os
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from jobsys import (
    BackgroundJobService,
    BaseJob,
    Circuit,
    Discard,
    FailNow,
    JobContext,
    JobRecord,
    JobStatus,
    JobsysContainer,
    RetryIn,
    RetryPolicy,
    Settings,
    Snooze,
)
from jobsys.domain.status import Reason
from jobsys.testing.until import until
from tests.support.isolated_app import Capped, Isolated, Patient, serving
from tests.support.process_tree import descendants

SOON = "60s"
ONCE = RetryPolicy(max_attempts=1)
GRACE = timedelta(seconds=5)


class Deed(BaseJob):
    """Does one thing by its name."""

    retry = RetryPolicy(max_attempts=3, base=timedelta(milliseconds=1))
    does: str


class Thread(Deed):
    """Blocks a thread until the test ends."""

    timeout = timedelta(milliseconds=300)


class Shaky(BaseJob):
    """Depends on something that is down."""

    circuit = Circuit("shaky", failures=2, recover_after=timedelta(minutes=10))
    retry = RetryPolicy(max_attempts=2, base=timedelta(milliseconds=1))


class Place:
    """A worker with handlers for all of these, on one backend."""

    def __init__(self, url: str, make: Callable[[Settings], JobsysContainer]) -> None:
        worker = {"concurrency": 4, "grace": GRACE, "lease_for": "3s", "renew_every": "100ms"}
        self.container = make(Settings.model_validate({"backend": url, "worker": worker}))
        self.calls: list[str] = []
        self.go_on = threading.Event()
        self.container.handles(Deed)(self._do)
        self.container.handles(Thread)(self._block)
        self.container.handles(Shaky)(self._fail)

    @property
    def jobs(self) -> BackgroundJobService:
        return self.container.job_service()

    async def stands(self, job_id: str, holds: Callable[[JobRecord], bool]) -> JobRecord:
        """Returns the record of a job once it stands as is wanted."""
        while not holds(record := await self.jobs.get(job_id)):  # noqa: ASYNC110 (any condition)
            await asyncio.sleep(0.005)
        return record

    async def _do(self, job: Deed, context: JobContext) -> object:
        self.calls.append(job.does)
        if job.does == "snooze" and self.calls.count("snooze") == 1:
            raise Snooze("10ms", "not yet")
        if job.does == "retry" and context.attempt == 1:
            raise RetryIn("10ms", "again")
        if job.does == "discard":
            raise Discard("nothing to do")
        if job.does == "give up":
            raise FailNow("never")
        if job.does == "progress":
            await context.progress(40, "two of five")
        if job.does in {"progress", "wait"}:
            await asyncio.Event().wait()
        return context.attempt

    def _block(self, job: Thread, context: JobContext) -> None:
        self.calls.append(job.does)
        self.go_on.wait(30)

    async def _fail(self, job: Shaky, context: JobContext) -> None:
        raise ConnectionError("down")


@asynccontextmanager
async def opened(place: Place) -> AsyncIterator[Place]:
    async with place.container.lifecycle():
        yield place
        place.go_on.set()


@pytest.fixture
async def place(url: str) -> AsyncIterator[Place]:
    async with opened(Place(url, JobsysContainer)) as place:
        yield place


@pytest.fixture
async def isolating(url: str) -> AsyncIterator[Place]:
    """A place whose worker has child processes as well."""
    async with opened(Place(url, serving)) as place:
        yield place


@pytest.mark.parametrize(
    ("does", "status", "attempts", "begun"),
    [
        ("return", JobStatus.COMPLETED, 0, 1),
        ("snooze", JobStatus.COMPLETED, 0, 2),
        ("retry", JobStatus.COMPLETED, 1, 2),
        ("discard", JobStatus.CANCELLED, 0, 1),
        ("give up", JobStatus.FAILED, 1, 1),
    ],
)
async def test_what_a_handler_says_of_its_job_is_what_becomes_of_it(
    place: Place, does: str, status: JobStatus, attempts: int, begun: int
) -> None:
    record = await place.jobs.wait(await place.jobs.submit(Deed(does=does)), SOON)
    assert (record.status, record.attempts, len(place.calls)) == (status, attempts, begun)


async def test_a_job_that_nobody_began_in_time_is_cancelled(place: Place) -> None:
    await place.jobs.queues.pause("default")
    job_id = await place.jobs.submit(Deed(does="return"), start_within="10ms")
    await asyncio.sleep(0.05)
    await place.jobs.queues.resume("default")
    record = await place.jobs.wait(job_id, SOON)
    assert (record.status, record.standing.reason) == (JobStatus.CANCELLED, Reason.EXPIRED)
    assert place.calls == []


async def test_a_job_that_is_out_of_time_fails(place: Place) -> None:
    job_id = await place.jobs.submit(Deed(does="wait"), timeout="50ms", retry=ONCE)
    record = await place.jobs.wait(job_id, SOON)
    assert (record.status, record.errors[-1].code) == (JobStatus.FAILED, "JOB_TIMEOUT")


async def test_a_thread_that_ignores_its_time_limit_fails_once_and_holds_no_slot(
    place: Place,
) -> None:
    hanging = await place.jobs.submit_many([Thread(does="block")] * 4, retry=ONCE)
    ended = [record async for record in place.jobs.as_completed(hanging, SOON)]
    assert [record.attempts for record in ended] == [1] * 4
    assert (await place.jobs.wait(await place.jobs.submit(Deed(does="return")), SOON)).result == 1
    place.go_on.set()
    assert [(await place.jobs.get(job_id)).status for job_id in hanging] == [JobStatus.FAILED] * 4


async def test_a_job_in_a_process_of_its_own_is_ended_at_its_time_limit(
    isolating: Place,
) -> None:
    record = await isolating.jobs.wait(await isolating.jobs.submit(Isolated(does="spin")), SOON)
    assert (record.status, record.errors[-1].code) == (JobStatus.FAILED, "JOB_TIMEOUT")


async def test_a_job_over_its_memory_fails_and_its_worker_goes_on(isolating: Place) -> None:
    record = await isolating.jobs.wait(await isolating.jobs.submit(Capped(does="take 2 GB")), SOON)
    assert (record.status, record.errors[-1].code) == (JobStatus.FAILED, "OUT_OF_MEMORY")
    again = await isolating.jobs.wait(await isolating.jobs.submit(Patient(does="pid")), SOON)
    assert again.result in descendants(os.getpid())


async def test_a_running_job_is_cancelled_whatever_it_runs_in(isolating: Place) -> None:
    jobs = [Deed(does="wait"), Thread(does="block"), Patient(does="sleep")]
    for job_id in await isolating.jobs.submit_many(jobs, timeout="60s"):
        await isolating.stands(job_id, lambda record: record.status is JobStatus.PROCESSING)
        await isolating.jobs.cancel(job_id)
        assert (await isolating.jobs.wait(job_id, SOON)).status is JobStatus.CANCELLED


async def test_progress_and_its_message_are_seen_while_the_job_runs(place: Place) -> None:
    job_id = await place.jobs.submit(Deed(does="progress"))
    record = await place.stands(job_id, lambda record: record.standing.percent == 40)
    assert record.standing.message == "two of five"
    await place.jobs.cancel(job_id)


async def test_jobs_are_followed_in_the_order_of_their_ends(place: Place) -> None:
    first = await place.jobs.submit(Deed(does="return"), delay="100ms")
    second = await place.jobs.submit(Deed(does="return"), delay="50ms")
    ended = [record.id async for record in place.jobs.as_completed([first, second], SOON)]
    assert ended == [second, first]


async def test_jobs_of_an_open_circuit_are_held_and_spend_nothing(place: Place) -> None:
    await place.jobs.circuits.open("shaky")
    ids = await place.jobs.submit_many([Shaky()] * 3)
    for job_id in ids:
        record = await place.stands(job_id, lambda r: r.standing.reason is Reason.CIRCUIT)
        assert (record.status, record.attempts) == (JobStatus.SCHEDULED, 0)


async def test_a_job_written_in_the_hosts_transaction_is_done_and_one_rolled_back_is_not(
    url: str, tmp_path: Path
) -> None:
    shop = sqlite3.connect(tmp_path / "shop.db")
    container = JobsysContainer(Settings(backend=url, worker={"grace": GRACE}))
    done: list[str] = []

    @container.handles(Deed)
    async def do(job: Deed, context: JobContext) -> None:
        done.append(job.does)

    outbox = container.outbox(lambda: sqlite3.connect(tmp_path / "shop.db"))
    outbox.create(shop)
    shop.execute("BEGIN")
    outbox.submit(shop, Deed(does="rolled back"))
    shop.rollback()
    async with container.lifecycle():
        with shop:
            outbox.submit(shop, Deed(does="committed"))
        await until(lambda: done)
    assert done == ["committed"]
    shop.close()
