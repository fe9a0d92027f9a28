"""What a move asks for, and what it leaves of a job's standing."""

from datetime import UTC, datetime, timedelta

import pytest

from jobsys.domain.errors import InvalidJob
from jobsys.domain.instants import to_ms
from jobsys.domain.job_id import JobId
from jobsys.domain.move import Move
from jobsys.domain.priority import JobPriority
from jobsys.domain.record import Standing
from jobsys.domain.status import JobEvent, JobStatus, Reason

JOB = JobId("a:b")
NOW = datetime(2030, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
LATER = NOW + HOUR


def after(move: Move, before: Standing) -> Standing:
    return move.standing_after(before, move.rows[before.status], to_ms(NOW))


@pytest.mark.parametrize("target", [None, JobStatus.SCHEDULED])
def test_a_job_cannot_be_rescheduled_to_no_time(target: JobStatus | None) -> None:
    with pytest.raises(InvalidJob, match="'rescheduled' of the job a:b says no time"):
        Move(JOB, JobEvent.RESCHEDULED, target)


def test_a_child_cannot_be_released_to_no_time() -> None:
    with pytest.raises(InvalidJob, match="says no time"):
        Move(JOB, JobEvent.PARENTS_DONE, JobStatus.SCHEDULED)


@pytest.mark.parametrize(
    ("event", "target"),
    [
        (JobEvent.CANCEL, None),
        (JobEvent.REPRIORITISED, None),
        (JobEvent.REPRIORITISED, JobStatus.SCHEDULED),
        (JobEvent.RESCHEDULED, JobStatus.QUEUED),
    ],
)
def test_a_move_to_no_later_time_cannot_say_one(event: JobEvent, target: JobStatus | None) -> None:
    with pytest.raises(InvalidJob, match="says a time"):
        Move(JOB, event, target, timedelta(0))


def test_a_rescheduled_job_is_due_when_the_move_says_and_no_lane_holds_it() -> None:
    move = Move(JOB, JobEvent.RESCHEDULED, due=HOUR, reason=Reason.REQUESTED)
    before = Standing(JobStatus.RETRYING, JobPriority.LOW, NOW - HOUR, lane="lane", attempts=2)
    assert after(move, before) == Standing(
        JobStatus.SCHEDULED, JobPriority.LOW, NOW, due_at=LATER, attempts=2, reason=Reason.REQUESTED
    )
    assert move.stays_until(after(move, before), to_ms(NOW)) == to_ms(LATER)


def test_a_reprioritised_job_keeps_its_time_and_its_reason() -> None:
    move = Move(JOB, JobEvent.REPRIORITISED, priority=JobPriority.HIGH)
    before = Standing(JobStatus.RETRYING, JobPriority.LOW, NOW, due_at=LATER, reason=Reason.SNOOZED)
    left = after(move, before)
    assert (left.priority, left.due_at, left.reason) == (
        JobPriority.HIGH, LATER, Reason.SNOOZED,
    )  # fmt: skip


def test_a_replayed_job_starts_over() -> None:
    before = Standing(
        JobStatus.FAILED,
        JobPriority.LOW,
        NOW,
        token=3,
        attempts=2,
        crashes=1,
        held_at=NOW,
        percent=50,
        message="half",
    )
    assert after(Move(JOB, JobEvent.REPLAYED), before) == Standing(
        JobStatus.QUEUED, JobPriority.LOW, NOW, token=3
    )


def test_the_cancel_of_a_running_job_changes_its_state_alone() -> None:
    before = Standing(JobStatus.PROCESSING, JobPriority.LOW, NOW - HOUR, token=3, lane="lane")
    left = after(Move(JOB, JobEvent.CANCEL, reason=Reason.REQUESTED), before)
    assert left == Standing(JobStatus.CANCELLING, JobPriority.LOW, NOW - HOUR, token=3, lane="lane")
