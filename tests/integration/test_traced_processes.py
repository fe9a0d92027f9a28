"""A trace goes on in child processes, in threads, and from callers that block."""

import threading
from datetime import timedelta
from typing import Literal, TypeAlias

import pytest
from opentelemetry.trace import get_current_span

from jobsys import BaseJob, JobContext, JobsysContainer, Settings
from jobsys.blocking import BlockingJobs
from tests.support.spans import Spans, context_of, is_child
from tests.support.traced_app import Apart, ApartAsync, apart, apart_async, provider

SOON = timedelta(seconds=60)
Pool: TypeAlias = Literal["tasks", "threads"]


class Plain(BaseJob):
    """Runs in the worker."""


@pytest.fixture
def spans() -> Spans:
    return Spans()


def serving(pool: Pool = "tasks") -> JobsysContainer:
    made = JobsysContainer(Settings(backend="memory://", worker={"pool": pool}))
    made.handles(Apart)(apart)
    made.handles(ApartAsync)(apart_async)
    made.handlers().process_starts.append(provider)
    return made


@pytest.mark.parametrize("job_class", [Apart, ApartAsync])
@pytest.mark.parametrize("pool", ["tasks", "threads"])
async def test_spans_in_a_child_process_have_the_attempt_for_their_parent(
    job_class: type[Apart], pool: Pool, spans: Spans, caplog: pytest.LogCaptureFixture
) -> None:
    container = serving(pool)
    spans.follow(container)
    async with container.lifecycle():
        jobs = container.job_service()
        for _ in range(3):  # the child stays, and with it whatever the last trace left there
            told = (await jobs.wait(await jobs.submit(job_class()), SOON)).result
            attempt = context_of(spans.named("process default")[-1])
            assert isinstance(told, dict)
            assert told["trace"] == f"{attempt.trace_id:032x}"
            assert told["parent"] == f"{attempt.span_id:016x}"
            assert told["own"] != told["parent"]
    lines = [one for one in caplog.records if one.getMessage() == "told from a child"]
    attempts = [context_of(span) for span in spans.named("process default")]
    assert [vars(one)["span_id"] for one in lines] == [f"{one.span_id:016x}" for one in attempts]


async def test_a_child_of_a_worker_that_does_not_trace_begins_traces_of_its_own() -> None:
    container = serving()
    async with container.lifecycle():
        jobs = container.job_service()
        told = (await jobs.wait(await jobs.submit(Apart()), SOON)).result
    assert isinstance(told, dict)
    assert told["parent"] == f"{0:016x}"


@pytest.mark.parametrize("pool", ["tasks", "threads"])
async def test_a_handler_in_a_thread_is_inside_the_span_of_its_attempt(
    pool: Pool, spans: Spans
) -> None:
    container = serving(pool)

    @container.handles(Plain)
    def plain(job: Plain, context: JobContext) -> str:
        assert threading.current_thread() is not threading.main_thread()
        return f"{get_current_span().get_span_context().span_id:016x}"

    spans.follow(container)
    async with container.lifecycle():
        jobs = container.job_service()
        with spans.tracer.start_as_current_span("request"):
            job_id = await jobs.submit(Plain())
        result = (await jobs.wait(job_id, SOON)).result
    attempt = spans.one("process default")
    assert result == f"{context_of(attempt).span_id:016x}"
    assert is_child(spans.one("send default"), spans.one("request"))


def test_a_submit_of_a_blocking_caller_is_in_the_callers_trace(spans: Spans) -> None:
    container = JobsysContainer(Settings(backend="memory://"))
    spans.follow(container)
    with BlockingJobs(container) as jobs, spans.tracer.start_as_current_span("view"):
        jobs.submit(Plain())
    assert is_child(spans.one("send default"), spans.one("view"))
