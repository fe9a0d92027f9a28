"""Why a job waits is told on every backend, and what is foretold is what then happens."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import pytest

from jobsys import (
    BackgroundJobService,
    BaseJob,
    Circuit,
    JobContext,
    JobsysContainer,
    RetryPolicy,
    Settings,
)
from jobsys.application import card_shower
from jobsys.application.workers import WorkerState
from jobsys.domain.errors import JobNotFound
from jobsys.domain.explanation import Explanation, WaitCode
from jobsys.domain.record import JobRecord

SOON = timedelta(seconds=1)


class Note(BaseJob):
    """A job that lasts as long as it says, and fails as often."""

    seconds: float = 0.0
    fails: int = 0
    retry = RetryPolicy(base=SOON, factor=1, jitter="none", max_attempts=2)


class Call(Note):
    """A job that asks a bank."""

    circuit = Circuit("bank", failures=1, recover_after=SOON)


class Stray(BaseJob):
    """A job that no worker here knows."""


@asynccontextmanager
async def worker(url: str, concurrency: int = 2) -> AsyncIterator[BackgroundJobService]:
    """Runs a worker, which has told of itself."""
    container = JobsysContainer(
        Settings.model_validate(
            {"backend": url, "worker": {"concurrency": concurrency, "grace": "1s"}}
        )
    )

    async def run(job: Note, context: JobContext) -> None:
        await asyncio.sleep(job.seconds)
        if context.attempt <= job.fails:
            raise OSError("gone")

    container.handles(Note)(run)
    container.handles(Call)(run)
    container.job_factory().register(Stray)
    async with container.lifecycle():
        jobs = container.job_service()
        await when(lambda: _is_ready(jobs))
        yield jobs


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Has cards shown every half second."""
    monkeypatch.setattr(card_shower, "SHOWN_EVERY", timedelta(seconds=0.5))
    monkeypatch.setattr(card_shower, "NOT_READY_EVERY", timedelta(seconds=0.1))


async def _is_ready(jobs: BackgroundJobService) -> bool:
    return [one.state for one in await jobs.workers.find()] == [WorkerState.READY]


def begins_as_told(told: Explanation, record: JobRecord, asked_at: datetime) -> bool:
    """Says whether a job began within a second of what was told, or a tenth of its wait."""
    assert told.starts_at is not None
    assert record.standing.started_at is not None
    late = abs(record.standing.started_at - told.starts_at)
    return late <= max(SOON, (told.starts_at - asked_at) / 10)


async def test_a_worker_is_seen_while_it_runs_and_no_longer(url: str) -> None:
    async with worker(url) as jobs:
        running = await jobs.submit(Note(seconds=60))
        await when(lambda: _is_busy(jobs))
        [one] = await jobs.workers.find()
        assert one.card.queues == ["default"]
        assert set(one.card.types) == {"note", "call"}
        assert (await jobs.explain(running)).code is WaitCode.RUNNING
        assert one.card.worker in (await jobs.explain(running)).sentence
        await jobs.cancel(running)
    async with producer(url) as jobs:
        assert list(await jobs.workers.find()) == []


async def test_a_job_that_waits_for_its_time_begins_then(url: str) -> None:
    async with worker(url) as jobs:
        later = await jobs.submit(Note(), delay="1500ms")
        begun, told = (await jobs.get(later)).created_at, await jobs.explain(later)
        assert told.code is WaitCode.DELAY
        assert begins_as_told(told, await jobs.wait(later, "30s"), begun)
        assert (await jobs.explain(later)).code is WaitCode.ENDED


async def test_a_job_that_is_tried_again_begins_then(url: str) -> None:
    async with worker(url) as jobs:
        twice = await jobs.submit(Note(fails=1))
        await when(lambda: _explained(jobs, twice, WaitCode.RETRY))
        told = await jobs.explain(twice)
        assert "attempt 1 failed (OSError)" in told.sentence
        ended = await jobs.wait(twice, "30s")
        assert begins_as_told(told, ended, ended.created_at)


async def test_a_job_that_failed_for_good_tells_how_and_its_mend(url: str) -> None:
    async with worker(url) as jobs:
        never = await jobs.submit(Note(fails=9), retry=RetryPolicy(max_attempts=1))
        await jobs.wait(never, "30s")
        told = await jobs.explain(never)
        assert (told.code, told.mend) == (WaitCode.DEAD, f"jobsys dlq replay {never}")
        assert "OSError: gone" in told.sentence


async def test_what_is_ahead_of_a_job_says_when_it_begins(url: str) -> None:
    async with worker(url, concurrency=1) as jobs:
        await jobs.submit_many([Note(seconds=0.1) for _ in range(40)])
        paces = set[float]()
        await when(lambda: _paced(jobs, paces))
        last = await jobs.submit(Note())
        told, asked_at = await jobs.explain(last), (await jobs.get(last)).created_at
        assert told.code is WaitCode.AHEAD
        assert begins_as_told(told, await jobs.wait(last, "60s"), asked_at)


async def test_a_job_of_a_paused_queue_or_type_begins_once_the_mend_is_done(url: str) -> None:
    async with worker(url) as jobs:
        await jobs.queues.pause("default")
        first = await jobs.submit(Note())
        assert (await jobs.explain(first)).code is WaitCode.QUEUE_PAUSED
        await jobs.queues.pause("default", job_type="note")
        await jobs.queues.resume("default")
        await when(lambda: _explained(jobs, first, WaitCode.TYPE_PAUSED))
        told = await jobs.explain(first)
        assert (told.code, told.mend) == (
            WaitCode.TYPE_PAUSED,
            "jobsys queue resume default --type note",
        )
        await jobs.queues.resume("default", job_type="note")
        await jobs.wait(first, "30s")


async def test_a_job_of_an_open_circuit_begins_once_it_is_closed_or_its_time_is_up(
    url: str,
) -> None:
    async with worker(url) as jobs:
        await jobs.circuits.open("bank")
        held = await jobs.submit(Call())
        await when(lambda: _explained(jobs, held, WaitCode.CIRCUIT))
        told = await jobs.explain(held)
        assert (told.code, told.mend) == (WaitCode.CIRCUIT, "jobsys circuit close bank")
        await jobs.circuits.close("bank")
        await jobs.wait(held, "30s")
        await jobs.wait(await jobs.submit(Call(fails=9), retry=RetryPolicy(max_attempts=1)), "30s")
        probe = await jobs.submit(Call())
        await when(lambda: _explained(jobs, probe, WaitCode.CIRCUIT))
        told, asked_at = await jobs.explain(probe), (await jobs.get(probe)).created_at
        assert begins_as_told(told, await jobs.wait(probe, "30s"), asked_at)


async def test_a_job_that_no_worker_takes_says_what_is_missing(url: str) -> None:
    async with worker(url) as jobs:
        elsewhere = await jobs.submit(Note(), queue="elsewhere")
        assert (await jobs.explain(elsewhere)).code is WaitCode.NO_WORKER
        stray = await jobs.submit(Stray())
        await when(lambda: _explained(jobs, stray, WaitCode.NO_HANDLER))


async def test_all_slots_are_busy_or_a_worker_is_about_to_take_it(url: str) -> None:
    async with worker(url, concurrency=1) as jobs:
        running = await jobs.submit(Note(seconds=60))
        await when(lambda: _is_busy(jobs))
        waiting = await jobs.submit(Note())
        assert (await jobs.explain(waiting)).code is WaitCode.SLOTS
        await jobs.cancel(running)
        await jobs.wait(waiting, "30s")


async def test_of_a_job_that_is_not_there_nothing_is_explained(url: str) -> None:
    async with producer(url) as jobs:
        with pytest.raises(JobNotFound):
            await jobs.explain("default:nobody")


@asynccontextmanager
async def producer(url: str) -> AsyncIterator[BackgroundJobService]:
    """Opens a process that runs no worker."""
    container = JobsysContainer(
        Settings.model_validate({"backend": url, "worker": {"enabled": False}})
    )
    async with container.lifecycle():
        yield container.job_service()


async def when(happened: Callable[[], Awaitable[bool]]) -> None:
    """Waits for what a backend must tell."""
    async with asyncio.timeout(30):
        while not await happened():  # noqa: ASYNC110 (a condition of any kind)
            await asyncio.sleep(0.01)


async def _is_busy(jobs: BackgroundJobService) -> bool:
    return [one.card.active for one in await jobs.workers.find()] == [1]


async def _paced(jobs: BackgroundJobService, paces: set[float]) -> bool:
    """Says whether a pace is of a while in which there was always work: the third is."""
    paces.update(one.card.rate for one in await jobs.workers.find() if one.card.rate)
    return len(paces) >= 3


async def _explained(jobs: BackgroundJobService, job_id: str, code: WaitCode) -> bool:
    return (await jobs.explain(job_id)).code is code
