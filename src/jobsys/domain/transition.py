"""A move out of a lease that the domain has allowed, ready to be compared and set."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from jobsys.domain.attempt_error import AttemptError
from jobsys.domain.instants import due_ms, span_ms
from jobsys.domain.record import JobRecord, Standing
from jobsys.domain.retention import DEFAULT_RETENTION, FOR_EVER
from jobsys.domain.status import DELAYED, FINAL, JobEvent, JobStatus, Reason, Row, next_row
from jobsys.domain.value import value


@value
class Transition:
    """What an attempt's end changes: `record` as it was leased, `after` as it shall stand.

    The queue applies it only if the job still has the record's status, token and lane, and fills
    in the instants: `after.changed_at`, and `after.due_at` as `due` from its own now.
    """

    record: JobRecord
    event: JobEvent
    after: Standing
    due: timedelta | None = None
    result_json: bytes | None = None
    error: AttemptError | None = None

    @property
    def target(self) -> JobStatus:
        """The state that the job enters."""
        return self.after.status

    @property
    def at_head(self) -> bool:
        """True when the job goes back to its list: a job that was claimed once stays in front."""
        return self.target is JobStatus.QUEUED

    @property
    def keep_for(self) -> timedelta:
        """How long the record stays once it is in the target state."""
        retention = self.record.header.retention or DEFAULT_RETENTION
        if self.target is JobStatus.FAILED:
            return retention.dead_for
        return retention.done_for if self.target.is_final else FOR_EVER

    def stays_until(self, now: int) -> int:
        """Returns until when the job stays in the target state, in milliseconds.

        A delayed job stays until it is due, an ended one as long as it is kept.
        """
        if self.target in DELAYED:
            return due_ms(self.due, now)
        return now + span_ms(self.keep_for)

    def despite_cancel(self) -> "Transition":
        """Returns what the same end means for a job whose cancel was asked for meanwhile.

        A success stays a success; every other end is the cancel's.
        """
        asked = replace(self.record.standing, status=JobStatus.CANCELLING)
        record = replace(self.record, standing=asked)
        told = self.after.percent, self.after.message
        after = standing_after(asked, self.event, None, None, told)
        return Transition(record, self.event, after, None, self.result_json, self.error)


Progress = tuple[int, str]
"""Percent and message."""


class _Latest:
    """The latest answer of `standing_after`: where the jobs of a turn share a standing, all ask it."""

    known: tuple[Standing, object, Standing] | None = None


_latest: Final = _Latest()


def standing_after(
    before: Standing,
    event: JobEvent,
    target: JobStatus | None,
    reason: Reason | None,
    told: Progress | None,
) -> Standing:
    """Returns where a job stands after an event; `told` is the progress known by then.

    Raises:
        IllegalTransition: the table has no such move.
    """
    known, asked = _latest.known, (event, target, reason, told)
    if known is not None and known[0] is before and known[1] == asked:
        return known[2]
    row = next_row(before.status, event, target)
    after = _stood(before, row, reason, told or (before.percent, before.message))
    _latest.known = before, asked, after  # at once, for other threads ask as well
    return after


def _stood(before: Standing, row: Row, reason: Reason | None, progress: Progress) -> Standing:
    status = row.target or before.status
    if before.status is JobStatus.CANCELLING and status is JobStatus.CANCELLED:
        reason = Reason.REQUESTED
    return Standing(
        status,
        before.priority,
        before.changed_at,
        before.token,
        before.lane if status in FINAL else "",
        None,  # when it is due the queue says
        before.attempts + row.attempts,
        (0 if row.clears_crashes else before.crashes) + row.crashes,
        False,  # alone
        before.started_at,
        _held_since(before, reason) if row.event is JobEvent.HELD else None,
        reason,
        *progress,
    )


def _held_since(before: Standing, reason: Reason | None) -> datetime:
    """Returns since when a job is held for this reason, and no other."""
    return (before.held_at if before.reason is reason else None) or before.changed_at
