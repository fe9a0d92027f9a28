"""A trace goes from whoever submits a job through its handler to the jobs that this submits."""

import itertools
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from opentelemetry import baggage
from opentelemetry.context import attach, detach
from opentelemetry.trace import SpanKind, StatusCode, get_current_span

from jobsys import (
    BackgroundJobService,
    BaseJob,
    FailNow,
    JobContext,
    JobRecord,
    JobStatus,
    JobsysContainer,
    RetryPolicy,
    Settings,
    Snooze,
    Unique,
)
from jobsys.domain.options import NO_OPTIONS
from tests.support.spans import Spans, context_of, is_child, said_of
from tests.support.workshop import until

SOON = timedelta(seconds=30)
CANARY = "hunter2"


class Order(BaseJob):
    """Has a mail sent."""

    note: str = ""


class Mail(BaseJob):
    """Is sent for an order."""

    queue = "mails"
    retry = RetryPolicy(max_attempts=2, base=timedelta(0), jitter="none")

    does: str = "nothing"


@pytest.fixture
def spans() -> Spans:
    return Spans()


@pytest.fixture
def container(url: str, spans: Spans) -> JobsysContainer:
    made = JobsysContainer(Settings(backend=url))
    seen_baggage: list[object] = []

    @made.handles(Order)
    async def order(job: Order, context: JobContext) -> object:
        seen_baggage.append(baggage.get_baggage("tenant"))
        with spans.tracer.start_as_current_span("prepare"):
            await made.job_service().submit(Mail(), key=f"mail-{context.job_id.key}")
        return seen_baggage[-1]

    @made.handles(Mail)
    def mail(job: Mail, context: JobContext) -> str:
        if job.does == "fail once" and context.attempt == 1:
            raise OSError(f"the server said password={CANARY}")
        if job.does == "fail":
            raise FailNow(f"no such person, token={CANARY}")
        if job.does == "snooze" and "told" not in snoozed:
            snoozed.append("told")
            raise Snooze(timedelta(0))
        with spans.tracer.start_as_current_span("smtp"):
            return f"{get_current_span().get_span_context().trace_id:032x}"

    snoozed: list[str] = []
    spans.follow(made)
    return made


async def ended(jobs: BackgroundJobService, job_id: str) -> JobRecord:
    return await jobs.wait(job_id, SOON)


async def test_submit_handler_and_child_job_are_one_trace(
    container: JobsysContainer, spans: Spans
) -> None:
    async with container.lifecycle():
        jobs = container.job_service()
        with spans.tracer.start_as_current_span("request"):
            job_id = await jobs.submit(Order())
        await ended(jobs, job_id)
        await ended(jobs, f"mails:mail-{job_id.key}")
    chain = [
        spans.one("request"),
        spans.one("send default"),
        spans.one("process default"),
        spans.one("prepare"),
        spans.one("send mails"),
        spans.one("process mails"),
        spans.one("smtp"),
    ]
    for parent, child in itertools.pairwise(chain):
        assert is_child(child, parent), child.name
    assert len({context_of(span).trace_id for span in chain}) == 1
    kinds = [span.kind for span in (chain[1], chain[2])]
    assert kinds == [SpanKind.PRODUCER, SpanKind.CONSUMER]
    assert [link.context.span_id for link in chain[2].links] == [context_of(chain[1]).span_id]


async def test_spans_say_what_the_conventions_ask_for(
    container: JobsysContainer, spans: Spans
) -> None:
    async with container.lifecycle():
        job_id = await container.job_service().submit(Mail())
        await ended(container.job_service(), job_id)
    sent = {
        "messaging.system": "jobsys",
        "messaging.operation.name": "send",
        "messaging.operation.type": "send",
        "messaging.destination.name": "mails",
        "messaging.message.id": job_id,
        "jobsys.job.type": "mail",
    }
    assert said_of(spans.one("send mails")) == sent
    process = {"messaging.operation.name": "process", "messaging.operation.type": "process"}
    outcome = {"jobsys.job.attempt": 1, "jobsys.job.outcome": "completed"}
    assert said_of(spans.one("process mails")) == {**sent, **process, **outcome}


async def test_baggage_reaches_the_handler(container: JobsysContainer) -> None:
    token = attach(baggage.set_baggage("tenant", "acme"))
    try:
        async with container.lifecycle():
            jobs = container.job_service()
            assert (await ended(jobs, await jobs.submit(Order()))).result == "acme"
    finally:
        detach(token)


async def test_attempts_of_one_job_are_spans_of_one_trace(
    container: JobsysContainer, spans: Spans
) -> None:
    async with container.lifecycle():
        jobs = container.job_service()
        await ended(jobs, await jobs.submit(Mail(does="fail once")))
    sent, attempts = spans.one("send mails"), spans.named("process mails")
    assert [said_of(span)["jobsys.job.attempt"] for span in attempts] == [1, 2]
    assert [said_of(span)["jobsys.job.outcome"] for span in attempts] == ["retrying", "completed"]
    assert [said_of(span).get("error.type") for span in attempts] == ["OSError", None]
    assert all(is_child(span, sent) for span in attempts)


async def test_a_failure_is_recorded_without_its_secrets(
    container: JobsysContainer, spans: Spans
) -> None:
    async with container.lifecycle():
        jobs = container.job_service()
        record = await ended(jobs, await jobs.submit(Mail(does="fail")))
    assert record.status is JobStatus.FAILED
    span = spans.one("process mails", outcome="failed")
    assert span.status.status_code is StatusCode.ERROR
    assert span.status.description == "no such person, token=***"
    [event] = span.events
    told = dict(event.attributes or {})
    assert (event.name, told["exception.type"]) == ("exception", "FailNow")
    assert "in mail" in str(told["exception.stacktrace"])
    assert CANARY not in span.to_json()


async def test_neither_payload_nor_result_is_told(container: JobsysContainer, spans: Spans) -> None:
    token = attach(baggage.set_baggage("tenant", "c4n4ry"))
    try:
        async with container.lifecycle():
            jobs = container.job_service()
            record = await ended(jobs, await jobs.submit(Order(note="c4n4ry")))
    finally:
        detach(token)
    assert record.result == "c4n4ry"
    told = [spans.one("send default"), spans.one("process default"), spans.one("send mails")]
    assert not [span.name for span in told if "c4n4ry" in span.to_json()]


async def test_a_snooze_is_no_failure(container: JobsysContainer, spans: Spans) -> None:
    async with container.lifecycle():
        jobs = container.job_service()
        await ended(jobs, await jobs.submit(Mail(does="snooze")))
    span = spans.one("process mails", outcome="scheduled")
    assert (span.status.status_code, len(span.events)) == (StatusCode.UNSET, 0)


async def test_a_batch_is_one_span_whose_context_each_of_its_jobs_carries(
    container: JobsysContainer, spans: Spans
) -> None:
    async with container.lifecycle():
        jobs = container.job_service()
        for job_id in await jobs.submit_many([Mail()] * 3):
            await ended(jobs, job_id)
        mixed = await jobs.submit_many([Mail(), Order()])
        for job_id in mixed:
            await ended(jobs, job_id)
    sent = spans.named("send mails")[0]
    assert said_of(sent)["messaging.batch.message_count"] == 3
    assert "messaging.message.id" not in said_of(sent)
    assert len([one for one in spans.named("process mails") if is_child(one, sent)]) == 3
    both = spans.one("send")
    assert not {"messaging.destination.name", "jobsys.job.type"} & said_of(both).keys()
    assert is_child(spans.one("process default"), both)


async def test_a_replayed_dead_letter_goes_on_with_its_trace_also_when_it_was_edited(
    container: JobsysContainer, spans: Spans
) -> None:
    async with container.lifecycle():
        jobs = container.job_service()
        dead = await jobs.submit(Mail(does="fail"))
        seen = (await ended(jobs, dead)).payload
        await jobs.dead_letters.edit(dead, {"does": "nothing"}, seen=seen)
        await jobs.retry(dead)
        assert (await ended(jobs, dead)).status is JobStatus.COMPLETED
    sent, attempts = spans.one("send mails"), spans.named("process mails")
    assert [said_of(span)["jobsys.job.outcome"] for span in attempts] == ["failed", "completed"]
    assert all(is_child(span, sent) for span in attempts)


async def test_a_job_that_must_be_unique_is_so_in_every_trace(
    container: JobsysContainer, spans: Spans
) -> None:
    async with container.lifecycle():
        jobs = container.job_service()
        first = await jobs.submit(Mail(), unique=Unique(), delay=timedelta(hours=1))
        assert await jobs.submit(Mail(), unique=Unique()) == first
        assert (await jobs.get(first)).header.trace
    first_span, second_span = spans.named("send mails")
    assert context_of(first_span).trace_id != context_of(second_span).trace_id


async def test_a_schedule_begins_a_trace_with_each_job(
    container: JobsysContainer, spans: Spans
) -> None:
    with spans.tracer.start_as_current_span("program"):
        async with container.lifecycle():  # whose tasks all begin inside the program's span
            at = datetime.now(UTC) + timedelta(seconds=0.2)
            await container.job_service().schedule("nightly", Mail(), at=at)
            await until(lambda: spans.named("process mails"))
    span = spans.one("process mails")
    assert (span.parent, span.links) == (None, ())
    assert context_of(span).trace_id != context_of(spans.one("program")).trace_id


async def test_a_job_that_was_stored_without_a_trace_begins_one(
    container: JobsysContainer, url: str, spans: Spans
) -> None:
    async with container.lifecycle():
        with spans.tracer.start_as_current_span("elsewhere"):
            plain = container.intake().submission(Mail(), NO_OPTIONS, "old")
            await container.job_queue().enqueue([plain])
        record = await ended(container.job_service(), "mails:old")
    assert (record.status, record.header.trace) == (JobStatus.COMPLETED, None)
    assert spans.one("process mails").parent is None


async def test_a_job_of_the_outbox_carries_the_context_of_its_transaction(
    container: JobsysContainer, spans: Spans, tmp_path: Path
) -> None:
    shop = sqlite3.connect(tmp_path / "shop.db")
    outbox = container.outbox(lambda: sqlite3.connect(tmp_path / "shop.db"))
    outbox.create(shop)
    async with container.lifecycle():
        with spans.tracer.start_as_current_span("order placed"), shop:
            job_id = outbox.submit(shop, Mail())
        await until(lambda: spans.named("process mails"))
    shop.close()
    created, processed = spans.one("create mails"), spans.one("process mails")
    assert is_child(created, spans.one("order placed"))
    assert is_child(processed, created)
    assert said_of(created)["messaging.message.id"] == job_id
    assert said_of(created)["messaging.operation.type"] == "create"


async def test_what_is_sent_and_processed_is_counted_and_measured(
    container: JobsysContainer, spans: Spans
) -> None:
    async with container.lifecycle():
        jobs = container.job_service()
        for job_id in await jobs.submit_many([Mail(), Mail(), Mail(does="fail")]):
            await ended(jobs, job_id)
    where = {"messaging.system": "jobsys", "messaging.destination.name": "mails"}
    send = {"messaging.operation.name": "send", "messaging.operation.type": "send"}
    process = {"messaging.operation.name": "process", "messaging.operation.type": "process"}
    mail = {"jobsys.job.type": "mail"}
    sent = frozenset({**where, **send, **mail}.items())
    called = frozenset({**where, **send}.items())
    done = frozenset({**where, **process, **mail}.items())
    failed = done | {("error.type", "FailNow")}
    assert spans.numbers("messaging.client.sent.messages") == {sent: 3}
    assert spans.numbers("messaging.client.operation.duration") == {called: 1}
    assert spans.numbers("messaging.client.consumed.messages") == {done: 2, failed: 1}
    assert spans.numbers("messaging.process.duration") == {done: 2, failed: 1}
