"""Attempts that fail: whatever is raised is one failed attempt, and is remembered."""

import asyncio
from datetime import timedelta

import pytest

from jobsys.domain.errors import FileRejected
from jobsys.domain.retry import RetryPolicy
from jobsys.domain.status import JobStatus, Reason
from jobsys.ports.job_handler import JobContext
from jobsys.testing.virtual_clock import START
from tests.support.bench import Bench, Greet

ONCE = RetryPolicy(max_attempts=1)


def raises(bench: Bench, error: BaseException) -> None:
    @bench.handlers.handles(Greet)
    async def handler(job: Greet, context: JobContext) -> None:
        raise error


async def test_a_failed_attempt_is_retried_after_the_backoff_that_the_draw_gives() -> None:
    bench = Bench(draw=0.5)
    raises(bench, ValueError("no luck"))
    record = await bench.carried_out(Greet())
    assert (record.status, record.attempts) == (JobStatus.RETRYING, 1)
    assert record.standing.due_at == START + timedelta(seconds=5)
    assert (record.errors[0].type, record.errors[0].message) == ("ValueError", "no luck")


async def test_the_last_failed_attempt_leaves_a_dead_letter_with_code_and_bounded_traceback(
    bench: Bench,
) -> None:
    raises(bench, FileRejected("x" * 100_000))
    record = await bench.carried_out(Greet(), retry=ONCE)
    error = record.errors[-1]
    assert (record.status, record.standing.reason) == (JobStatus.FAILED, Reason.EXHAUSTED)
    assert (error.code, error.type, error.attempt) == ("FILE_4001", "FileRejected", 1)
    assert "raise error" in error.traceback
    assert len(error.message) <= 2_000
    assert len(error.traceback) <= 8_000


class Mute(Exception):
    def __str__(self) -> str:
        raise RuntimeError("an error that cannot be told")


class Severe(BaseException):
    pass


@pytest.mark.parametrize(
    "error",
    [
        SystemExit(3),
        Severe(),
        GeneratorExit(),
        StopIteration(),
        asyncio.CancelledError(),
        Mute(),
        ValueError("file \udcff"),
        TimeoutError(),
    ],
    ids=lambda error: type(error).__name__,
)
@pytest.mark.parametrize("is_async", [True, False])
async def test_whatever_a_handler_raises_is_a_failed_attempt_and_no_more(
    bench: Bench, error: BaseException, is_async: bool
) -> None:
    def sync_handler(job: Greet, context: JobContext) -> None:
        raise error

    if is_async:
        raises(bench, error)
    else:
        bench.handlers.handles(Greet)(sync_handler)
    record = await bench.carried_out(Greet())
    assert (record.status, record.attempts) == (JobStatus.RETRYING, 1)
    assert record.errors[0].model_dump_json()


async def test_an_interrupt_by_the_operator_is_not_the_jobs(bench: Bench) -> None:
    lease = await bench.leased(Greet())
    raises(bench, KeyboardInterrupt())
    running = bench.executor.begin(lease).run()
    with pytest.raises(KeyboardInterrupt):
        running.send(None)


async def test_an_interrupt_raised_in_a_thread_is_the_jobs(bench: Bench) -> None:
    @bench.handlers.handles(Greet)
    def handler(job: Greet, context: JobContext) -> None:
        raise KeyboardInterrupt

    assert (await bench.carried_out(Greet())).status is JobStatus.RETRYING


async def test_a_provider_that_raises_is_a_failed_attempt(bench: Bench) -> None:
    class NeedsDatabase:
        def __init__(self) -> None:
            raise ConnectionError("no database")

        async def execute(self, job: Greet, context: JobContext) -> None: ...

    bench.handlers.register(Greet, NeedsDatabase)
    record = await bench.carried_out(Greet())
    assert (record.status, record.errors[0].message) == (JobStatus.RETRYING, "no database")


async def test_an_error_of_the_frameworks_own_kind_raised_by_a_handler_is_a_failed_attempt(
    bench: Bench,
) -> None:
    @bench.handlers.handles(Greet)
    async def handler(job: Greet, context: JobContext) -> None:
        await bench.service.submit_by_name("unheard_of", {})

    assert (await bench.carried_out(Greet())).status is JobStatus.RETRYING
