"""One attempt: from a lease to what is kept of the job afterwards."""

import asyncio
import sys
import threading
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import BaseModel

from jobsys.domain.errors import FileRejected
from jobsys.domain.retry import RetryPolicy
from jobsys.domain.status import JobStatus, Reason
from jobsys.ports.job_handler import JobContext
from jobsys.testing.virtual_clock import START
from tests.support.bench import Bench, Greet

ONCE = RetryPolicy(max_attempts=1)
FLAVOUR: ContextVar[str] = ContextVar("flavour", default="none")


class Point(BaseModel):
    x: int
    at: datetime


def returns(bench: Bench, make: Callable[[], object]) -> None:
    @bench.handlers.handles(Greet)
    async def handler(job: Greet, context: JobContext) -> object:
        return make()


def raises(bench: Bench, error: BaseException) -> None:
    @bench.handlers.handles(Greet)
    async def handler(job: Greet, context: JobContext) -> None:
        raise error


@pytest.mark.parametrize(
    ("result", "kept"),
    [
        (None, None),
        (0, 0),
        ("", ""),
        ({"a": [1, 2.5, None]}, {"a": [1, 2.5, None]}),
        ({1}, [1]),
        (b"bytes", "bytes"),
        (datetime(2030, 1, 1, tzinfo=UTC), "2030-01-01T00:00:00Z"),
        (Point(x=1, at=START), {"x": 1, "at": "2030-01-01T00:00:00Z"}),
        (timedelta(seconds=90), "PT1M30S"),
    ],
)
async def test_what_a_handler_returns_is_kept_as_json(
    bench: Bench, result: object, kept: object
) -> None:
    returns(bench, lambda: result)
    record = await bench.carried_out(Greet())
    assert (record.status, record.result) == (JobStatus.COMPLETED, kept)


@pytest.mark.parametrize("result", [object(), b"\xff", "\udcff", [lambda: None]])
async def test_a_result_that_is_no_json_is_a_failed_attempt(bench: Bench, result: object) -> None:
    returns(bench, lambda: result)
    record = await bench.carried_out(Greet())
    assert (record.status, record.attempts) == (JobStatus.RETRYING, 1)


async def test_a_handler_gets_its_own_job_and_all_that_its_context_promises(bench: Bench) -> None:
    seen: list[object] = []

    @bench.handlers.handles(Greet)
    async def handler(job: Greet, context: JobContext) -> None:
        seen.extend((job, context.job_id, context.attempt, context.max_attempts))
        seen.extend((context.idempotency_key, context.fencing_token, context.deadline))
        seen.extend((context.cancelled, context.lease_lost))
        raise ValueError

    lease = await bench.leased(Greet(name="Bob"), key="k", timeout="1m")
    await bench.settled(await bench.ran(lease))
    assert seen[:4] == [Greet(name="Bob"), "default:k", 1, 2]
    assert seen[4:] == ["default:k", 1, START + timedelta(minutes=1), False, False]
    seen.clear()
    bench.clock.advance(timedelta(seconds=10))
    await bench.queue.tick(["default"], 10)
    await bench.ran(await bench.claimed())
    assert seen[1:6] == ["default:k", 2, 2, "default:k", 2]


async def test_a_plain_function_runs_in_a_thread_with_the_context_variables_of_its_caller(
    bench: Bench,
) -> None:
    @bench.handlers.handles(Greet)
    def handler(job: Greet, context: JobContext) -> object:
        return [threading.current_thread() is threading.main_thread(), FLAVOUR.get()]

    FLAVOUR.set("vanilla")
    assert (await bench.carried_out(Greet())).result == [False, "vanilla"]


async def test_a_plain_function_that_returns_an_awaitable_is_awaited(bench: Bench) -> None:
    async def later() -> str:
        return "awaited"

    @bench.handlers.handles(Greet)
    def handler(job: Greet, context: JobContext) -> object:
        return later()

    assert (await bench.carried_out(Greet())).result == "awaited"


async def test_a_handler_class_is_made_anew_for_each_attempt(bench: Bench) -> None:
    made: list[object] = []

    class Handler:
        def __init__(self) -> None:
            made.append(self)

        async def execute(self, job: Greet, context: JobContext) -> str:
            return job.name

    bench.handlers.register(Greet, Handler)
    assert [(await bench.carried_out(Greet(name=n))).result for n in "ab"] == ["a", "b"]
    assert len(made) == 2


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


async def test_a_failure_is_counted_and_its_duration_observed(bench: Bench) -> None:
    raises(bench, ValueError())
    await bench.carried_out(Greet())
    assert bench.metrics.snapshot()["greet"].seconds > 0


async def test_progress_that_was_told_stands_in_the_record(bench: Bench) -> None:
    @bench.handlers.handles(Greet)
    async def handler(job: Greet, context: JobContext) -> None:
        await context.progress(40, "two of five \udcff" + "!" * 10_000)

    lease = await bench.leased(Greet())
    attempt = bench.executor.begin(lease)
    record = await bench.settled(await attempt.run())
    assert attempt.progress == (record.standing.percent, record.standing.message)
    assert record.standing.percent == 40
    assert record.standing.message.startswith("two of five")
    assert len(record.standing.message.encode()) < 1000


@pytest.mark.parametrize("percent", [-1, 101, float("nan"), sys.maxsize])
async def test_progress_beyond_a_percentage_is_refused(bench: Bench, percent: int) -> None:
    @bench.handlers.handles(Greet)
    async def handler(job: Greet, context: JobContext) -> None:
        await context.progress(percent)

    record = await bench.carried_out(Greet())
    assert "percentage" in record.errors[0].message
