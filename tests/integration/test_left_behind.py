"""Jobs in this very process that heed no stop: their slots are free again, their ends void."""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from time import monotonic

import pytest

from jobsys import BaseJob, JobContext, JobRecord, JobStatus, JobsysContainer, RetryPolicy, Settings
from jobsys.config import WorkerArguments
from jobsys.domain.job_id import JobId
from jobsys.ports.metric_families import LEAKED_THREADS
from tests.support.workshop import until

SOON = timedelta(seconds=30)
AFTER_ONE = 5.0
"""Seconds within which the next job is done, where the one before holds on to its slot for a second."""


class Thread(BaseJob):
    """Hangs in a thread."""

    timeout = timedelta(seconds=0.3)
    retry = RetryPolicy(max_attempts=1)


class Stubborn(Thread):
    """Hangs as a task that catches its cancellation."""


class Blocking(Thread):
    """Hangs as a task that never gives its event loop back."""


class Quick(BaseJob):
    """Ends at once."""


class Hanging:
    """A worker of one slot, and what lets its jobs go."""

    def __init__(self, worker: WorkerArguments) -> None:
        settings = Settings(backend="memory://", worker={"concurrency": 1, **worker})
        self.container = JobsysContainer(settings)
        self.jobs = self.container.job_service()
        self.go = threading.Event()
        self.begun = 0
        self.container.handles(Thread)(self._in_a_thread)
        self.container.handles(Stubborn)(self._stubborn)
        self.container.handles(Blocking)(self._blocking)
        self.container.handles(Quick)(self._quick)

    @property
    def leaked(self) -> float:
        """How many go on."""
        return self.container.metrics().snapshot().number(LEAKED_THREADS)

    async def outcome(self, job_id: JobId | str) -> JobRecord:
        """Waits for a job's end."""
        return await self.jobs.wait(job_id, SOON)

    async def hang(self, job: BaseJob, **options: timedelta) -> JobId:
        """Submits a job, and waits until it hangs."""
        job_id = await self.jobs.submit(job, timeout=options.get("timeout"))
        await until(lambda: self.begun)
        return job_id

    def _in_a_thread(self, job: Thread, context: JobContext) -> str:
        self.begun += 1
        self.go.wait()
        return "late"

    async def _stubborn(self, job: Stubborn, context: JobContext) -> str:
        self.begun += 1
        while not self.go.is_set():
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(0.01)
        return "late"

    async def _blocking(self, job: Blocking, context: JobContext) -> str:
        self.begun += 1
        self.go.wait()
        return "late"

    async def _quick(self, job: Quick, context: JobContext) -> str:
        return "done"


@asynccontextmanager
async def hanging(worker: WorkerArguments) -> AsyncIterator[Hanging]:
    made = Hanging(worker)
    async with made.container.lifecycle():
        yield made
        made.go.set()


ON_TASKS: WorkerArguments = {"pool": "tasks"}
ON_THREADS: WorkerArguments = {"pool": "threads"}
EVERYWHERE = pytest.mark.parametrize(
    ("job", "worker"),
    [
        (Thread(), ON_TASKS),
        (Stubborn(), ON_TASKS),
        (Thread(), ON_THREADS),
        (Stubborn(), ON_THREADS),
        (Blocking(), ON_THREADS),
    ],
)


@EVERYWHERE
async def test_what_ignores_its_timeout_fails_once_and_leaves_its_slot_to_the_next(
    job: Thread, worker: WorkerArguments, caplog: pytest.LogCaptureFixture
) -> None:
    async with hanging(worker) as made:
        job_id = await made.hang(job)
        asked_at = monotonic()
        assert (await made.outcome(await made.jobs.submit(Quick()))).result == "done"
        assert monotonic() - asked_at < AFTER_ONE
        record = await made.outcome(job_id)
        assert (record.status, record.attempts) == (JobStatus.FAILED, 1)
        assert [error.code for error in record.errors] == ["JOB_TIMEOUT"]
        await _is_told_of(made, job_id, caplog)
        made.go.set()
        await until(lambda: made.leaked == 0)
        assert await made.jobs.get(job_id) == record


@EVERYWHERE
async def test_what_ignores_its_cancel_is_cancelled_all_the_same(
    job: Thread, worker: WorkerArguments, caplog: pytest.LogCaptureFixture
) -> None:
    async with hanging({"lease_for": "1s", **worker}) as made:
        job_id = await made.hang(job, timeout=SOON)
        await made.jobs.cancel(job_id)
        assert (await made.outcome(job_id)).status is JobStatus.CANCELLED
        await _is_told_of(made, job_id, caplog)
        made.go.set()
        await until(lambda: made.leaked == 0)
        record = await made.jobs.get(job_id)
        assert (record.status, record.result) == (JobStatus.CANCELLED, None)


async def _is_told_of(made: Hanging, job_id: JobId, caplog: pytest.LogCaptureFixture) -> None:
    await until(lambda: made.leaked == 1)
    lines = [line for line in caplog.records if "it is leaked" in line.getMessage()]
    assert [line.levelno for line in lines] == [logging.WARNING]
    assert job_id in lines[0].getMessage()


@pytest.mark.parametrize("worker", [ON_TASKS, ON_THREADS])
async def test_what_ends_when_it_is_stopped_is_not_leaked(
    worker: WorkerArguments, caplog: pytest.LogCaptureFixture
) -> None:
    async with hanging(worker) as made:

        class Heeding(Thread):
            """Sleeps."""

        async def sleep(job: Heeding, context: JobContext) -> None:
            await asyncio.sleep(1e6)

        made.container.handles(Heeding)(sleep)
        assert (await made.outcome(await made.jobs.submit(Heeding()))).status is JobStatus.FAILED
        assert made.leaked == 0
        assert "leaked" not in caplog.text
