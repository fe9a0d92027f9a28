"""One attempt: from a lease to what is kept of the job afterwards."""

import sys
import threading
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import BaseModel

from jobsys.domain.status import JobStatus, Reason
from jobsys.ports.job_handler import JobContext
from jobsys.ports.metric_families import DURATION
from jobsys.testing.virtual_clock import START
from tests.support.bench import Bench, Greet

FLAVOUR: ContextVar[str] = ContextVar("flavour", default="none")


class Point(BaseModel):
    x: int
    at: datetime


def returns(bench: Bench, make: Callable[[], object]) -> None:
    @bench.handlers.handles(Greet)
    async def handler(job: Greet, context: JobContext) -> object:
        return make()


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


ENDLESS: list[object] = []
ENDLESS.append(ENDLESS)


@pytest.mark.parametrize("result", [object(), b"\xff", "\udcff", [lambda: None], ENDLESS])
async def test_a_result_that_is_no_json_fails_the_job_for_good(
    bench: Bench, result: object
) -> None:
    returns(bench, lambda: result)
    record = await bench.carried_out(Greet())
    assert (record.status, record.standing.reason) == (JobStatus.FAILED, Reason.NOT_RETRYABLE)
    assert (record.attempts, record.errors[0].code) == (1, "INVALID_RESULT")


async def test_a_result_up_to_the_limit_is_kept_and_a_larger_one_fails_the_job_for_good(
    bench: Bench,
) -> None:
    returns(bench, lambda: "x" * 998)
    record = await bench.carried_out(Greet())
    assert (record.status, record.result) == (JobStatus.COMPLETED, "x" * 998)
    bench = Bench()
    returns(bench, lambda: "x" * 999)
    record = await bench.carried_out(Greet())
    assert (record.status, record.standing.reason) == (JobStatus.FAILED, Reason.NOT_RETRYABLE)
    assert (record.attempts, record.errors[0].code) == (1, "RESULT_TOO_LARGE")
    assert "1,001 bytes, over the limit of 1,000: store it elsewhere" in record.errors[0].message
    assert record.result is None


async def test_a_job_that_was_cancelled_is_cancelled_whatever_it_returns(bench: Bench) -> None:
    returns(bench, lambda: "x" * 999)
    lease = await bench.leased(Greet())
    await bench.service.cancel(lease.record.id)
    assert (await bench.settled(await bench.ran(lease))).status is JobStatus.CANCELLED


async def test_an_attempt_that_is_broken_off_is_a_failed_one_by_its_jobs_policy(
    bench: Bench,
) -> None:
    attempt = bench.executor.begin(await bench.leased(Greet()))
    record = await bench.settled(attempt.broken_off(RuntimeError("a bug")))
    assert (record.status, record.attempts) == (JobStatus.RETRYING, 1)
    assert record.errors[0].message == "a bug"


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


async def test_the_duration_of_an_attempt_is_observed(bench: Bench) -> None:
    returns(bench, object)
    await bench.carried_out(Greet())
    assert bench.metrics.snapshot().distribution(DURATION, "greet").total > 0


async def test_what_a_handler_logs_carries_its_jobs_id_and_attempt(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    @bench.handlers.handles(Greet)
    async def handler(job: Greet, context: JobContext) -> None:
        context.log.warning("look")

    await bench.carried_out(Greet(), key="k")
    [line] = [record for record in caplog.records if record.message == "look"]
    assert (vars(line)["job_id"], vars(line)["attempt"]) == ("default:k", 1)


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
