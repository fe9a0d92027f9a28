"""What the tracer makes of jobs, and that nothing of it ever fails one."""

import asyncio
import logging
from contextlib import suppress
from datetime import timedelta
from typing import ClassVar

import pytest
from opentelemetry.context import Context
from opentelemetry.sdk.trace import ReadableSpan, Span, SpanProcessor, TracerProvider
from opentelemetry.semconv._incubating.attributes import (
    messaging_attributes as messaging,
)
from opentelemetry.semconv._incubating.metrics import messaging_metrics
from opentelemetry.semconv.attributes import error_attributes, exception_attributes
from opentelemetry.trace import StatusCode

from jobsys import BaseJob, JobContext, JobStatus, JobsysContainer, Settings
from jobsys.adapters.opentelemetry import conventions, quiet
from jobsys.domain.errors import QueueFull
from jobsys.domain.options import NO_OPTIONS
from jobsys.domain.queue_policy import DEFAULT_POLICY, QueuePolicy
from jobsys.ports.metric_families import LARGEST_FAMILY, OTHER
from tests.support.spans import Spans, said_of
from tests.support.workshop import until

SOON = timedelta(seconds=30)


class Count(BaseJob):
    """Does what it says."""

    does: str = "nothing"


class Sleep(BaseJob):
    """Does not end in its time."""

    timeout = timedelta(milliseconds=50)


@pytest.fixture
def spans() -> Spans:
    return Spans()


@pytest.fixture
def container(spans: Spans) -> JobsysContainer:
    made = JobsysContainer(Settings(backend="memory://"))

    @made.handles(Count)
    async def count(job: Count, context: JobContext) -> object:
        context.log.warning("counting")
        return object() if job.does == "return nonsense" else 1

    spans.follow(made)
    return made


def test_names_are_those_of_the_conventions() -> None:
    assert conventions.SYSTEM == messaging.MESSAGING_SYSTEM
    assert conventions.OPERATION == messaging.MESSAGING_OPERATION_NAME
    assert conventions.OPERATION_TYPE == messaging.MESSAGING_OPERATION_TYPE
    assert conventions.DESTINATION == messaging.MESSAGING_DESTINATION_NAME
    assert conventions.MESSAGE_ID == messaging.MESSAGING_MESSAGE_ID
    assert conventions.MESSAGE_COUNT == messaging.MESSAGING_BATCH_MESSAGE_COUNT
    assert conventions.ERROR_TYPE == error_attributes.ERROR_TYPE
    assert conventions.EXCEPTION_TYPE == exception_attributes.EXCEPTION_TYPE
    assert conventions.EXCEPTION_MESSAGE == exception_attributes.EXCEPTION_MESSAGE
    assert conventions.EXCEPTION_TRACEBACK == exception_attributes.EXCEPTION_STACKTRACE
    types = {one.value for one in messaging.MessagingOperationTypeValues}
    assert {"send", "create", "process"} <= types


async def test_metrics_are_those_of_the_conventions(
    container: JobsysContainer, spans: Spans
) -> None:
    async with container.lifecycle():
        jobs = container.job_service()
        await jobs.wait(await jobs.submit(Count()), SOON)
    for name in (
        messaging_metrics.MESSAGING_CLIENT_SENT_MESSAGES,
        messaging_metrics.MESSAGING_CLIENT_CONSUMED_MESSAGES,
        messaging_metrics.MESSAGING_CLIENT_OPERATION_DURATION,
        messaging_metrics.MESSAGING_PROCESS_DURATION,
    ):
        assert list(spans.numbers(name).values()) == [1], name


async def test_queues_beyond_two_hundred_are_measured_together(
    container: JobsysContainer, spans: Spans
) -> None:
    async with container.lifecycle():
        for number in range(LARGEST_FAMILY + 50):
            await container.job_service().submit(Count(), queue=f"q{number}")
    sent = spans.numbers("messaging.client.sent.messages")
    queues = {dict(attributes)["messaging.destination.name"]: n for attributes, n in sent.items()}
    assert (len(queues), queues[OTHER]) == (LARGEST_FAMILY + 1, 50)


async def test_a_submit_that_is_refused_is_a_span_that_failed(
    container: JobsysContainer, spans: Spans
) -> None:
    async with container.lifecycle():
        await container.queue_policies().put("default", DEFAULT_POLICY, QueuePolicy(closed=True))
        with pytest.raises(QueueFull):
            await container.job_service().submit(Count())
    span = spans.one("send default")
    assert span.status.status_code is StatusCode.ERROR
    assert said_of(span)["error.type"] == "QueueClosed"


async def test_a_result_that_cannot_be_kept_is_a_failure_of_the_span(
    container: JobsysContainer, spans: Spans
) -> None:
    async with container.lifecycle():
        jobs = container.job_service()
        await jobs.wait(await jobs.submit(Count(does="return nonsense")), SOON)
    assert said_of(spans.one("process default"))["error.type"] == "InvalidResult"


async def test_a_job_that_can_never_run_ends_in_its_trace(
    container: JobsysContainer, spans: Spans
) -> None:
    async with container.lifecycle():
        made = container.intake().submission(Count(), NO_OPTIONS, "bad")
        made.payload = type(made.payload)(b'{"does": {"password": "c4n4ry"}}')  # type: ignore[misc]  # frozen, and changed on purpose
        await container.intake().store(container.job_queue(), made, drawn=False)
        record = await container.job_service().wait("default:bad", SOON)
    assert record.status is JobStatus.FAILED
    span = spans.one("process default", outcome="failed")
    assert span.parent is not None


async def test_an_attempt_that_is_left_behind_is_told_of_while_its_handler_goes_on(
    spans: Spans,
) -> None:
    made = JobsysContainer(Settings(backend="memory://", retry={"max_attempts": 1}))
    told: list[str] = []
    go_on = asyncio.Event()

    @made.handles(Sleep)
    async def sleep(job: Sleep, context: JobContext) -> None:
        while not go_on.is_set():
            with suppress(asyncio.CancelledError):
                await go_on.wait()
        told.append("the handler has ended")

    spans.follow(made)
    async with made.lifecycle():
        jobs = made.job_service()
        await jobs.wait(await jobs.submit(Sleep()), SOON)
        span = spans.one("process default", outcome="failed")
        assert said_of(span)["error.type"] == "JobTimeout"
        assert not told
        go_on.set()
        await until(lambda: told)
    assert spans.named("process default") == [span]
    assert [*spans.numbers("messaging.process.duration").values()] == [1]


async def test_lines_of_a_handler_carry_the_ids_of_its_span(
    container: JobsysContainer, spans: Spans, caplog: pytest.LogCaptureFixture
) -> None:
    async with container.lifecycle():
        jobs = container.job_service()
        job_id = await jobs.submit(Count())
        await jobs.wait(job_id, SOON)
    [line] = [one for one in caplog.records if one.getMessage() == "counting"]
    known = spans.one("process default").get_span_context()
    assert known is not None
    assert vars(line)["trace_id"] == f"{known.trace_id:032x}"
    assert vars(line)["span_id"] == f"{known.span_id:016x}"
    assert vars(line)["job_id"] == job_id


class Broken(SpanProcessor):
    """Raises whenever it is told of a span."""

    told: ClassVar[list[str]] = []

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        self.told.append("start")
        raise OSError("the collector is away")

    def on_end(self, span: ReadableSpan) -> None:
        self.told.append("end")
        raise OSError("the collector is away")


class BrokenAtEnd(Broken):
    """Raises when a span ends."""

    def on_start(self, span: Span, parent_context: Context | None = None) -> None: ...


@pytest.mark.parametrize("processor", [Broken, BrokenAtEnd])
async def test_an_exporter_that_fails_fails_no_job(
    processor: type[Broken], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quiet.QUIETLY, "_has_warned", False)
    made, provider = JobsysContainer(Settings(backend="memory://")), TracerProvider()
    provider.add_span_processor(processor())
    runs: list[int] = []

    @made.handles(Count)
    async def count(job: Count, context: JobContext) -> None:
        runs.append(context.attempt)

    made.trace(provider)
    with caplog.at_level(logging.WARNING, "jobsys.tracing"):
        async with made.lifecycle():
            jobs = made.job_service()
            for job_id in [await jobs.submit(Count()), *await jobs.submit_many([Count()] * 2)]:
                assert (await jobs.wait(job_id, SOON)).status is JobStatus.COMPLETED
    assert runs == [1, 1, 1]
    assert processor.told
    assert len([one for one in caplog.records if one.name == "jobsys.tracing"]) == 1
