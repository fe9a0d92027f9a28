"""Attempts that are stopped: out of time, cancelled, lost, or shut down."""

import asyncio
import threading
from collections.abc import Awaitable, Callable

import pytest

from jobsys.domain.status import JobStatus, Reason
from jobsys.domain.transition import Transition
from jobsys.ports.job_handler import JobContext
from jobsys.ports.worker_pool import Attempt, StopReason
from tests.support.bench import Bench, Greet

Ending = Callable[[], Awaitable[object]]


class Running:
    """A job whose handler waits, and ends as it is told once it is stopped."""

    def __init__(self, bench: Bench, ending: Ending | None = None) -> None:
        self._bench = bench
        self._ending = ending
        self._begun = asyncio.Event()
        self.seen: JobContext | None = None
        bench.handlers.handles(Greet)(self._handle)

    async def begin(self, timeout: str = "1m") -> tuple[Attempt, "asyncio.Task[Transition]"]:
        lease = await self._bench.leased(Greet(), timeout=timeout)
        attempt = self._bench.executor.begin(lease)
        task = asyncio.create_task(attempt.run())
        await self._begun.wait()
        return attempt, task

    async def _handle(self, job: Greet, context: JobContext) -> object:
        self.seen = context
        self._begun.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            if self._ending is None:
                raise
            return await self._ending()
        return None


async def returned() -> str:
    return "done all the same"


async def raised() -> None:
    raise ValueError("while cleaning up")


async def test_an_async_handler_out_of_time_is_stopped_and_has_failed(bench: Bench) -> None:
    _, task = await Running(bench).begin(timeout="50ms")
    record = await bench.settled(await task)
    assert (record.status, record.attempts) == (JobStatus.RETRYING, 1)
    assert (record.errors[0].type, record.errors[0].code) == ("JobTimeout", "JOB_TIMEOUT")


@pytest.mark.parametrize("ending", [returned, raised])
async def test_a_handler_out_of_time_has_timed_out_however_it_ends(
    bench: Bench, ending: Ending
) -> None:
    _, task = await Running(bench, ending).begin(timeout="50ms")
    record = await bench.settled(await task)
    assert (record.status, record.errors[0].type) == (JobStatus.RETRYING, "JobTimeout")


async def test_a_plain_function_out_of_time_has_failed_while_its_thread_goes_on(
    bench: Bench,
) -> None:
    goes_on, ended = threading.Event(), threading.Event()

    @bench.handlers.handles(Greet)
    def handler(job: Greet, context: JobContext) -> None:
        goes_on.wait(10)
        ended.set()

    record = await bench.carried_out(Greet(), timeout="50ms")
    assert record.errors[0].type == "JobTimeout"
    assert not ended.is_set()
    goes_on.set()
    assert await asyncio.to_thread(ended.wait, 5)


async def test_a_cancelled_job_that_stops_is_cancelled(bench: Bench) -> None:
    running = Running(bench)
    attempt, task = await running.begin()
    await bench.service.cancel(attempt.lease.record.id)
    attempt.stop(StopReason.CANCEL)
    record = await bench.settled(await task)
    assert (record.status, record.standing.reason) == (JobStatus.CANCELLED, Reason.REQUESTED)
    assert running.seen is not None
    assert running.seen.cancelled


async def test_a_cancelled_job_that_fails_while_it_stops_is_cancelled(bench: Bench) -> None:
    attempt, task = await Running(bench, raised).begin()
    await bench.service.cancel(attempt.lease.record.id)
    attempt.stop(StopReason.CANCEL)
    assert (await bench.settled(await task)).status is JobStatus.CANCELLED


async def test_a_cancelled_job_whose_handler_returns_is_completed(bench: Bench) -> None:
    attempt, task = await Running(bench, returned).begin()
    await bench.service.cancel(attempt.lease.record.id)
    attempt.stop(StopReason.CANCEL)
    record = await bench.settled(await task)
    assert (record.status, record.result) == (JobStatus.COMPLETED, "done all the same")


async def test_a_job_whose_cancel_the_worker_has_not_heard_of_keeps_its_success(
    bench: Bench,
) -> None:
    @bench.handlers.handles(Greet)
    async def handler(job: Greet, context: JobContext) -> str:
        await bench.service.cancel(context.job_id)
        return "done"

    record = await bench.carried_out(Greet())
    assert (record.status, record.result) == (JobStatus.COMPLETED, "done")


async def test_a_failure_of_a_job_whose_cancel_the_worker_has_not_heard_of_is_a_cancel(
    bench: Bench,
) -> None:
    @bench.handlers.handles(Greet)
    async def handler(job: Greet, context: JobContext) -> None:
        await bench.service.cancel(context.job_id)
        raise ValueError

    assert (await bench.carried_out(Greet())).status is JobStatus.CANCELLED


async def test_a_handler_whose_lease_is_lost_is_told_so(bench: Bench) -> None:
    running = Running(bench, returned)
    attempt, task = await running.begin()
    attempt.stop(StopReason.LEASE_LOST)
    await task
    assert running.seen is not None
    assert running.seen.lease_lost


async def test_a_handler_is_told_while_its_lease_may_be_lost_and_goes_on(bench: Bench) -> None:
    seen: list[bool] = []

    @bench.handlers.handles(Greet)
    async def handler(job: Greet, context: JobContext) -> str:
        for doubted in (True, False):
            attempt.doubt_lease(doubted=doubted)
            seen.append(context.lease_lost)
        return "done"

    attempt = bench.executor.begin(await bench.leased(Greet()))
    assert (await bench.settled(await attempt.run())).status is JobStatus.COMPLETED
    assert seen == [True, False]


async def test_a_handler_that_gives_up_while_its_lease_may_be_lost_spends_no_attempt(
    bench: Bench,
) -> None:
    @bench.handlers.handles(Greet)
    async def handler(job: Greet, context: JobContext) -> None:
        attempt.doubt_lease(doubted=True)
        raise ValueError

    attempt = bench.executor.begin(await bench.leased(Greet()))
    record = await bench.settled(await attempt.run())
    assert (record.status, record.attempts) == (JobStatus.QUEUED, 0)


async def test_a_job_stopped_for_the_shutdown_goes_back_and_spends_no_attempt(bench: Bench) -> None:
    attempt, task = await Running(bench).begin()
    attempt.stop(StopReason.SHUTDOWN)
    record = await bench.settled(await task)
    assert (record.status, record.attempts, record.errors) == (JobStatus.QUEUED, 0, ())


async def test_a_job_that_ends_well_while_the_worker_shuts_down_is_completed(bench: Bench) -> None:
    attempt, task = await Running(bench, returned).begin()
    attempt.stop(StopReason.SHUTDOWN)
    assert (await bench.settled(await task)).status is JobStatus.COMPLETED


async def test_a_job_stopped_before_it_began_never_runs(bench: Bench) -> None:
    ran: list[Greet] = []

    @bench.handlers.handles(Greet)
    async def handler(job: Greet, context: JobContext) -> None:
        ran.append(job)

    attempt = bench.executor.begin(await bench.leased(Greet()))
    attempt.stop(StopReason.SHUTDOWN)
    record = await bench.settled(await attempt.run())
    assert (record.status, ran) == (JobStatus.QUEUED, [])


async def test_the_first_reason_to_stop_counts(bench: Bench) -> None:
    attempt, task = await Running(bench).begin()
    attempt.stop(StopReason.SHUTDOWN)
    attempt.stop(StopReason.LEASE_LOST)
    assert (await bench.settled(await task)).status is JobStatus.QUEUED
