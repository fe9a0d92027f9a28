"""What a handler raises, or what a policy says of it, decides what becomes of the job."""

from datetime import timedelta

import pytest

from jobsys.domain.errors import JobTimeout
from jobsys.domain.retry import RetryPolicy
from jobsys.domain.status import JobStatus, Reason
from jobsys.domain.verdict import Discard, FailNow, RetryIn, Snooze
from jobsys.ports.job_handler import JobContext
from jobsys.testing.virtual_clock import START
from tests.support.bench import Bench, Greet

MINUTE = timedelta(minutes=1)


def raises(bench: Bench, error: BaseException) -> None:
    @bench.handlers.handles(Greet)
    async def handler(job: Greet, context: JobContext) -> None:
        raise error


@pytest.mark.parametrize(
    ("verdict", "status", "attempts", "reason"),
    [
        (FailNow("no such account"), JobStatus.FAILED, 1, Reason.NOT_RETRYABLE),
        (Discard("outdated"), JobStatus.CANCELLED, 0, Reason.DISCARDED),
    ],
)
async def test_a_job_that_fails_now_or_is_discarded_ends_with_attempts_left_and_says_why(
    bench: Bench, verdict: Exception, status: JobStatus, attempts: int, reason: Reason
) -> None:
    raises(bench, verdict)
    record = await bench.carried_out(Greet())
    assert (record.status, record.attempts) == (status, attempts)
    assert record.standing.reason is reason
    assert record.errors[-1].message == str(verdict)


async def test_a_job_that_is_snoozed_waits_and_spends_no_attempt(bench: Bench) -> None:
    raises(bench, Snooze("1m"))
    record = await bench.carried_out(Greet(), retry=RetryPolicy(max_attempts=1))
    assert (record.status, record.attempts) == (JobStatus.SCHEDULED, 0)
    assert record.standing.due_at == START + MINUTE
    assert (record.standing.reason, record.errors) == (Reason.SNOOZED, ())


async def test_a_retry_comes_when_the_handler_says(bench: Bench) -> None:
    raises(bench, RetryIn(MINUTE, "the API asks for patience"))
    record = await bench.carried_out(Greet())
    assert (record.status, record.attempts) == (JobStatus.RETRYING, 1)
    assert record.standing.due_at == START + MINUTE


async def test_a_retry_that_a_handler_asks_for_after_the_last_attempt_is_none(bench: Bench) -> None:
    raises(bench, RetryIn(MINUTE))
    record = await bench.carried_out(Greet(), retry=RetryPolicy(max_attempts=1))
    assert (record.status, record.standing.reason) == (JobStatus.FAILED, Reason.EXHAUSTED)


@pytest.mark.parametrize(
    ("policy", "status"),
    [
        (RetryPolicy(fail_on=(LookupError,)), JobStatus.FAILED),
        (RetryPolicy(discard_on=("LookupError",)), JobStatus.CANCELLED),
        (RetryPolicy(snooze_on={KeyError: MINUTE}), JobStatus.SCHEDULED),
        (RetryPolicy(fail_on=(ValueError,)), JobStatus.RETRYING),
    ],
)
async def test_a_policy_says_what_an_exception_means(
    bench: Bench, policy: RetryPolicy, status: JobStatus
) -> None:
    raises(bench, KeyError("name"))
    assert (await bench.carried_out(Greet(), retry=policy)).status is status


async def test_a_policy_may_say_what_running_out_of_time_means(bench: Bench) -> None:
    @bench.handlers.handles(Greet)
    async def handler(job: Greet, context: JobContext) -> None:
        raise JobTimeout

    policy = RetryPolicy(fail_on=(JobTimeout,))
    assert (await bench.carried_out(Greet(), retry=policy)).status is JobStatus.FAILED
