"""Middleware: layers around the handlers, for each job."""

import asyncio
from collections.abc import Callable

import pytest

from jobsys.domain.base_job import BaseJob
from jobsys.domain.errors import ConfigurationError
from jobsys.domain.status import JobStatus, Reason
from jobsys.domain.transition import Transition
from jobsys.ports.job_handler import JobContext
from jobsys.ports.middleware import CallNext, Middleware
from jobsys.ports.worker_pool import Attempt, StopReason
from tests.support.bench import Bench, Greet


class Other(BaseJob):
    pass


def layer(name: str, story: list[str]) -> Middleware:
    async def middleware(job: BaseJob, context: JobContext, call_next: CallNext) -> object:
        story.append(f"into {name}")
        result = await call_next(job)
        story.append(f"out of {name}")
        return result

    return middleware


async def swallowing(job: BaseJob, context: JobContext, call_next: CallNext) -> object:
    try:
        return await call_next(job)
    except BaseException:  # noqa: BLE001 (it shall be as bad as can be)
        return "swallowed"


def handle(bench: Bench, kind: str) -> None:
    async def asynchronous(job: Greet, context: JobContext) -> str:
        return job.name

    def plain(job: Greet, context: JobContext) -> str:
        return job.name

    class Handler:
        async def execute(self, job: Greet, context: JobContext) -> str:
            return job.name

    if kind == "class":
        bench.handlers.register(Greet, Handler)
    else:
        bench.handlers.handles(Greet)(asynchronous if kind == "async" else plain)


every_kind = pytest.mark.parametrize("kind", ["async", "plain", "class"])


@every_kind
async def test_the_first_middleware_is_the_outermost_layer(bench: Bench, kind: str) -> None:
    story: list[str] = []
    for name in "ab":
        bench.handlers.use(layer(name, story))
    handle(bench, kind)
    assert [(await bench.carried_out(Greet(name=n))).result for n in ("Ada", "Bob")] == [
        "Ada",
        "Bob",
    ]
    assert story == ["into a", "into b", "out of b", "out of a"] * 2


@every_kind
async def test_it_may_hand_on_a_changed_job_and_return_something_else(
    bench: Bench, kind: str
) -> None:
    @bench.handlers.use
    async def shout(job: BaseJob, context: JobContext, call_next: CallNext) -> object:
        changed = job.model_copy(update={"name": "Bob"})
        return f"{await call_next(changed)}, attempt {context.attempt}"

    handle(bench, kind)
    record = await bench.carried_out(Greet(name="Ada"))
    assert record.result == "Bob, attempt 1"
    assert record.payload.find(b"Ada") > 0


async def test_what_it_raises_is_a_failed_attempt(bench: Bench) -> None:
    @bench.handlers.use
    async def reject(job: BaseJob, context: JobContext, call_next: CallNext) -> object:
        raise PermissionError("not today")

    handle(bench, "async")
    record = await bench.carried_out(Greet())
    assert (record.status, record.attempts) == (JobStatus.RETRYING, 1)
    assert (record.errors[0].type, record.errors[0].message) == ("PermissionError", "not today")


async def test_a_job_of_another_class_handed_on_is_a_failed_attempt_that_says_so(
    bench: Bench,
) -> None:
    @bench.handlers.use
    async def mix_up(job: BaseJob, context: JobContext, call_next: CallNext) -> object:
        return await call_next(Other())

    handle(bench, "async")
    record = await bench.carried_out(Greet())
    assert "handed on a Other, and the handler takes a Greet" in record.errors[0].message


async def test_it_may_turn_a_failure_into_a_result(bench: Bench) -> None:
    bench.handlers.use(swallowing)

    @bench.handlers.handles(Greet)
    async def handler(job: Greet, context: JobContext) -> None:
        raise ValueError

    assert (await bench.carried_out(Greet())).result == "swallowed"


async def test_the_timeout_covers_it_together_with_the_handler(bench: Bench) -> None:
    @bench.handlers.use
    async def slow(job: BaseJob, context: JobContext, call_next: CallNext) -> object:
        await asyncio.Event().wait()
        return None

    handle(bench, "async")
    record = await bench.carried_out(Greet(), timeout="50ms")
    assert (record.status, record.errors[0].type) == (JobStatus.RETRYING, "JobTimeout")


async def begun(bench: Bench) -> tuple[Attempt, "asyncio.Task[Transition]"]:
    """Returns an attempt whose handler waits for ever, below a middleware that swallows all."""
    running = asyncio.Event()
    bench.handlers.use(swallowing)

    @bench.handlers.handles(Greet)
    async def handler(job: Greet, context: JobContext) -> None:
        running.set()
        await asyncio.Event().wait()

    attempt = bench.executor.begin(await bench.leased(Greet()))
    task = asyncio.create_task(attempt.run())
    await running.wait()
    return attempt, task


@pytest.mark.parametrize("reason", [StopReason.SHUTDOWN, StopReason.LEASE_LOST])
async def test_a_job_stopped_by_a_shutdown_goes_back_though_the_stop_is_swallowed(
    bench: Bench, reason: StopReason
) -> None:
    attempt, task = await begun(bench)
    attempt.stop(reason)
    record = await bench.settled(await task)
    assert (record.status, record.attempts, record.result) == (JobStatus.QUEUED, 0, None)


async def test_a_cancelled_job_is_cancelled_though_the_cancel_is_swallowed(bench: Bench) -> None:
    attempt, task = await begun(bench)
    await bench.service.cancel(attempt.lease.record.id)
    attempt.stop(StopReason.CANCEL)
    record = await bench.settled(await task)
    assert (record.status, record.standing.reason) == (JobStatus.CANCELLED, Reason.REQUESTED)


async def test_a_cancel_that_the_handler_made_itself_may_be_swallowed(bench: Bench) -> None:
    bench.handlers.use(swallowing)

    @bench.handlers.handles(Greet)
    async def handler(job: Greet, context: JobContext) -> None:
        raise asyncio.CancelledError

    assert (await bench.carried_out(Greet())).result == "swallowed"


async def test_it_is_named_before_the_first_job_runs(bench: Bench) -> None:
    handle(bench, "async")
    await bench.carried_out(Greet())
    with pytest.raises(ConfigurationError, match="before the start"):
        bench.handlers.use(swallowing)


async def test_the_layers_are_put_together_once_for_each_class(bench: Bench) -> None:
    bench.handlers.use(swallowing)
    handle(bench, "class")
    provide: Callable[[], object] = bench.handlers.provider_of(Greet)
    assert provide() is provide() is bench.handlers.provider_of(Greet)()
