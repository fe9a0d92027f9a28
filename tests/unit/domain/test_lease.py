"""How the end of an attempt becomes a transition."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from jobsys.domain.attempt_error import AttemptError
from jobsys.domain.envelope import Header
from jobsys.domain.job_id import JobId
from jobsys.domain.lease import Lease
from jobsys.domain.payload import JobPayload
from jobsys.domain.priority import JobPriority
from jobsys.domain.record import JobRecord, Standing
from jobsys.domain.retention import FOR_EVER, Retention
from jobsys.domain.status import JobStatus, Reason
from jobsys.domain.transition import Transition

NOW = datetime(2030, 1, 1, tzinfo=UTC)
ERROR = AttemptError(attempt=1, at=NOW, code="SRV_6001", type="Crash", message="died")
DELAY = timedelta(seconds=5)
LEASED = Standing(
    JobStatus.PROCESSING, JobPriority.NORMAL, NOW, token=3, lane="lane", attempts=1, crashes=1
)


def lease(standing: Standing = LEASED, retention: Retention | None = None) -> Lease:
    header = Header(type="greet", retention=retention)
    record = JobRecord(JobId("a:b"), header, JobPayload(b"{}"), NOW, standing)
    return Lease(record, NOW)


def spent(transition: Transition) -> tuple[JobStatus, int, int]:
    return transition.target, transition.after.attempts, transition.after.crashes


@pytest.mark.parametrize(("crashes", "after"), [(0, 1), (1, 2), (2, 2), (9, 2)])
def test_a_crash_beside_other_jobs_sends_the_job_back_at_most_one_short_of_the_limit(
    crashes: int, after: int
) -> None:
    expired = lease(replace(LEASED, crashes=crashes)).expired(3, ERROR)
    assert spent(expired) == (JobStatus.QUEUED, 1, after)
    assert (expired.at_head, expired.error) == (True, ERROR)


@pytest.mark.parametrize(
    ("crashes", "target"),
    [(0, JobStatus.QUEUED), (1, JobStatus.QUEUED), (2, JobStatus.FAILED)],
)
def test_only_a_job_that_died_alone_at_the_limit_is_poison(crashes: int, target: JobStatus) -> None:
    expired = lease(replace(LEASED, alone=True, crashes=crashes)).expired(3, ERROR)
    assert spent(expired) == (target, 1, crashes + 1)
    assert (expired.after.reason is Reason.POISON) == (target is JobStatus.FAILED)


def test_a_failure_spends_an_attempt_and_a_retry_forgets_the_crashes() -> None:
    again = lease().failed(ERROR, DELAY, Reason.EXHAUSTED)
    for_good = lease().failed(ERROR, None, Reason.EXHAUSTED)
    assert spent(again) == (JobStatus.RETRYING, 2, 0)
    assert spent(for_good) == (JobStatus.FAILED, 2, 1)
    assert (again.due, again.after.reason) == (DELAY, None)
    assert (for_good.due, for_good.after.reason) == (None, Reason.EXHAUSTED)


def test_going_back_spends_nothing() -> None:
    assert spent(lease().released()) == (JobStatus.QUEUED, 1, 1)
    assert spent(lease().held(DELAY, Reason.CIRCUIT)) == (JobStatus.SCHEDULED, 1, 1)
    assert spent(lease().snoozed(DELAY)) == (JobStatus.SCHEDULED, 1, 0)


def test_a_job_remembers_when_it_was_first_held_until_something_else_happens() -> None:
    first = lease().held(DELAY, Reason.UNROUTABLE)
    claimed = replace(first.after, status=JobStatus.PROCESSING, changed_at=NOW + DELAY)
    second = lease(claimed).held(DELAY, Reason.UNROUTABLE)
    assert first.after.held_at == second.after.held_at == NOW
    assert lease(claimed).snoozed(DELAY).after.held_at is None


def test_a_success_despite_a_cancel_stays_a_success() -> None:
    transition = lease().succeeded(b"1").despite_cancel()
    assert (transition.target, transition.result_json) == (JobStatus.COMPLETED, b"1")
    assert transition.record.status is JobStatus.CANCELLING


@pytest.mark.parametrize(
    "other",
    [
        lease().failed(ERROR, DELAY, Reason.EXHAUSTED),
        lease().snoozed(DELAY),
        lease().released(),
        lease().expired(3, ERROR),
    ],
)
def test_any_other_end_despite_a_cancel_is_the_cancels(other: Transition) -> None:
    transition = other.despite_cancel()
    assert spent(transition) == (JobStatus.CANCELLED, 1, 1)
    assert (transition.after.reason, transition.due) == (Reason.REQUESTED, None)
    assert transition.at_head is False
    assert transition.error is other.error


def test_an_ended_job_is_kept_as_its_retention_says() -> None:
    brief = lease(retention=Retention(done=DELAY, dead=2 * DELAY))
    assert brief.succeeded(None).keep_for == DELAY
    assert brief.failed(ERROR, None, Reason.EXHAUSTED).keep_for == 2 * DELAY
    assert lease().succeeded(None).keep_for == timedelta(hours=1)
    assert lease().failed(ERROR, None, Reason.EXHAUSTED).keep_for == FOR_EVER


def test_a_job_that_is_held_for_another_reason_is_held_anew() -> None:
    first = lease().held(DELAY, Reason.CIRCUIT)
    claimed = replace(first.after, status=JobStatus.PROCESSING, changed_at=NOW + DELAY)
    assert lease(claimed).held(DELAY, Reason.UNROUTABLE).after.held_at == NOW + DELAY
