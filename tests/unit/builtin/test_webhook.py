"""What becomes of a webhook by what its receiver answers."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from pydantic_core import from_json

from jobsys import JobStatus, WebhookJob
from jobsys.application.builtin.webhook import WebhookHandler
from jobsys.domain.errors import WebhookRefused
from jobsys.domain.record import JobRecord
from jobsys.domain.status import Reason
from jobsys.domain.webhook_endpoint import Reach, WebhookEndpoint
from jobsys.domain.webhook_signature import verify_webhook
from jobsys.ports.errors import WebhookUnavailable
from jobsys.ports.http_poster import HttpAnswer, HttpPoster
from jobsys.testing.virtual_clock import START
from tests.support.bench import Bench

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105 (nobody's)
OTHER = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
BILLING = WebhookEndpoint("billing", "https://example.org/hook", [SECRET, OTHER])
JOB = WebhookJob(endpoint="billing", event="job.failed", at=START, data={"job_id": "mails:1"})


@pytest.fixture
def bench() -> Bench:
    return Bench()


class KeptPosts(HttpPoster):
    """Keeps what is posted, and answers as it is told."""

    def __init__(self, answer: HttpAnswer | Exception) -> None:
        self.answer = answer
        self.posts = list[tuple[str, Mapping[str, str], bytes]]()

    async def post(
        self, url: str, headers: Mapping[str, str], body: bytes, reach: Reach
    ) -> HttpAnswer:
        self.posts.append((url, headers, body))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


async def told(bench: Bench, answer: HttpAnswer | Exception, job: WebhookJob = JOB) -> JobRecord:
    poster = KeptPosts(answer)
    bench.handlers.register(WebhookJob, lambda: WebhookHandler(poster, [BILLING], bench.clock))
    return await bench.carried_out(job)


async def test_it_is_posted_signed_by_every_secret_and_its_id_stays_the_same(bench: Bench) -> None:
    poster = KeptPosts(HttpAnswer(503))
    bench.handlers.register(WebhookJob, lambda: WebhookHandler(poster, [BILLING], bench.clock))
    record = await bench.carried_out(JOB)
    bench.clock.advance(timedelta(hours=1))
    await bench.queue.tick(["webhooks"], 10)
    poster.answer = HttpAnswer(204)
    record = await bench.settled(await bench.ran(await bench.claimed("webhooks")))
    [(url, first, body), (_, second, again)] = poster.posts
    assert (url, body) == (BILLING.url, again)
    assert from_json(body) == {
        "type": "job.failed",
        "timestamp": START.isoformat(),
        "data": {"job_id": "mails:1"},
    }
    assert first["webhook-id"] == second["webhook-id"]
    assert first["webhook-timestamp"] != second["webhook-timestamp"]
    for secret in (SECRET, OTHER):
        verify_webhook(second, body, [secret], now=bench.clock.now())
    assert (record.status, record.result) == (JobStatus.COMPLETED, {"status": 204})


@pytest.mark.parametrize("status", [200, 202, 299])
async def test_what_was_taken_is_done(bench: Bench, status: int) -> None:
    record = await told(bench, HttpAnswer(status))
    assert (record.status, record.result) == (JobStatus.COMPLETED, {"status": status})


async def test_a_receiver_that_is_gone_ends_it_and_nobody_is_to_blame(bench: Bench) -> None:
    record = await told(bench, HttpAnswer(410))
    assert record.status is JobStatus.CANCELLED
    assert record.standing.reason is Reason.DISCARDED


@pytest.mark.parametrize("status", [100, 301, 307, 400, 401, 403, 404, 405, 413, 422])
async def test_what_would_be_refused_again_is_a_dead_letter_at_once(
    bench: Bench, status: int
) -> None:
    record = await told(bench, HttpAnswer(status, "5"))
    assert record.status is JobStatus.FAILED
    assert record.standing.reason is Reason.NOT_RETRYABLE


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 599])
async def test_what_may_be_taken_later_is_tried_again(bench: Bench, status: int) -> None:
    record = await told(bench, HttpAnswer(status))
    assert record.status is JobStatus.RETRYING
    assert record.errors[-1].message == f"the endpoint billing answers {status}"


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("retry_after", "wait"),
    [
        ("120", timedelta(minutes=2)),
        ("0", timedelta(0)),
        ("99999999999999999999", timedelta(days=1)),
        (
            (START + timedelta(minutes=3)).strftime("%a, %d %b %Y %H:%M:%S GMT"),
            timedelta(minutes=3),
        ),
        ("Mon, 01 Jan 1990 00:00:00 GMT", timedelta(0)),
    ],
)
async def test_a_receiver_is_left_alone_for_as_long_as_it_asks(
    bench: Bench, status: int, retry_after: str, wait: timedelta
) -> None:
    record = await told(bench, HttpAnswer(status, retry_after))
    assert record.status is JobStatus.RETRYING
    assert record.standing.due_at == START + wait


@pytest.mark.parametrize(
    "retry_after",
    [
        *("", "soon", "-5", "\u0661", "Mon, 99 Foo 2030"),
        "Mon, 01 Jan 99999999999999999999 00:00:00 GMT",
        "Mon, 01 Jan 2030 00:00:00 +99999999999999999999",
    ],
)
async def test_a_wait_that_cannot_be_read_is_the_policy_s(bench: Bench, retry_after: str) -> None:
    record = await told(bench, HttpAnswer(429, retry_after))
    assert record.standing.due_at == START + timedelta(seconds=2.5)  # half of five seconds
    assert [error.type for error in record.errors] == ["WebhookUnavailable"]


async def test_a_url_that_is_not_allowed_is_not_tried_again(bench: Bench) -> None:
    record = await told(bench, WebhookRefused("example.org leads to an address that is not public"))
    assert record.status is JobStatus.FAILED


async def test_a_server_that_is_away_is_tried_again(bench: Bench) -> None:
    assert (await told(bench, WebhookUnavailable("away"))).status is JobStatus.RETRYING


async def test_an_endpoint_that_nobody_knows_here_may_be_known_to_another_worker(
    bench: Bench,
) -> None:
    job = WebhookJob(endpoint="none", event="job.failed", at=START)
    record = await told(bench, HttpAnswer(200), job)
    assert record.status is JobStatus.RETRYING
    assert "webhooks.endpoints has no none here" in record.errors[-1].message


def test_ten_attempts_go_over_three_days_at_most() -> None:
    policy = WebhookJob.retry
    waits = [policy.delay_after(n, 0.999999) for n in range(1, policy.max_attempts)]
    total = sum((wait for wait in waits if wait is not None), timedelta(0))
    assert timedelta(days=3) < total < timedelta(days=3, hours=4)
    assert policy.delay_after(policy.max_attempts, 0.5) is None
