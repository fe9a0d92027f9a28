"""The use cases: each command says what is wanted and holds the logic that does it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from jobsys.application.intake import Intake
from jobsys.domain.base_job import BaseJob
from jobsys.domain.errors import DuplicateJob, IllegalTransition, InvalidJob, JobNotFound
from jobsys.domain.job_id import JobId, new_key, new_keys
from jobsys.domain.move import Move
from jobsys.domain.names import checked_name
from jobsys.domain.options import NO_OPTIONS, JobOptions
from jobsys.domain.record import JobRecord
from jobsys.domain.retention import DEFAULT_RETENTION, FOR_EVER
from jobsys.domain.status import REPLAYABLE, JobEvent, JobStatus, Reason
from jobsys.domain.value import value
from jobsys.ports.job_inspector import JobInspector, JobQuery, Page
from jobsys.ports.job_queue import JobQueue


@value
class SubmitJob:
    """Store a job so that a worker carries it out; with the same key again, the same job."""

    job: BaseJob
    options: JobOptions = NO_OPTIONS

    async def run(self, queue: JobQueue, intake: Intake) -> JobId:
        """Stores the job and returns its id."""
        now, key = intake.clock.now(), self.options.key
        check_due(self.options, now)
        submission = intake.submission(self.job, self.options, key or new_key(now))
        return await intake.store(queue, submission, drawn=key is None)


@value
class SubmitJobs:
    """Store many jobs in few round trips."""

    jobs: Sequence[BaseJob]
    options: JobOptions = NO_OPTIONS

    async def run(self, queue: JobQueue, intake: Intake) -> list[JobId]:
        """Stores all jobs, or, where one is invalid, none; returns their ids in order."""
        now, key = intake.clock.now(), self.options.key
        if key is not None and len(self.jobs) != 1:
            raise InvalidJob(f"the key {key!r} names one job, not {len(self.jobs)}")
        check_due(self.options, now)
        keys = new_keys(now, len(self.jobs)) if key is None else [key]
        submissions = intake.submissions(self.jobs, self.options, keys)
        return await intake.store_all(queue, submissions, drawn=key is None) if submissions else []


def check_due(options: JobOptions, now: datetime) -> None:
    """Lets options pass that make a job wait no longer than anybody lives.

    Raises:
        InvalidJob: they do.
    """
    delay, run_at = options.delay, options.run_at
    for option, wait in (("delay", delay), ("run_at", run_at - now if run_at else None)):
        if wait is not None and wait > FOR_EVER:
            raise InvalidJob(f"options: {option}: more than a hundred years from now")


class CancelOutcome(StrEnum):
    """What became of a wish to cancel."""

    CANCELLED = "cancelled"
    REQUESTED = "requested"
    TOO_LATE = "too_late"
    NOT_FOUND = "not_found"


@dataclass(frozen=True, slots=True)
class CancelJob:
    """Keep a waiting job from running; ask a running one to stop."""

    job_id: JobId

    async def run(
        self, queue: JobQueue, inspector: JobInspector, announce: Callable[[JobId], None]
    ) -> CancelOutcome:
        """Says whether the job is cancelled, was asked to stop, had ended, or is unknown.

        A cancelled job is kept as its own retention says, which never changes: it may be read first.
        `announce` takes note of a job that is cancelled now.
        """
        found = (await inspector.get([self.job_id])).get(self.job_id)
        retention = (found.header.retention if found else None) or DEFAULT_RETENTION
        keep_for = retention.done_for
        move = Move(self.job_id, JobEvent.CANCEL, reason=Reason.REQUESTED, keep_for=keep_for)
        [moved] = await queue.move([move])
        if moved.before is None:
            return CancelOutcome.NOT_FOUND
        cancelled = moved.after is JobStatus.CANCELLED  # also by a first call whose reply was lost
        if not moved.applied and not cancelled:
            return CancelOutcome.TOO_LATE
        if moved.applied and cancelled:
            announce(self.job_id)
        return CancelOutcome.CANCELLED if cancelled else CancelOutcome.REQUESTED


@dataclass(frozen=True, slots=True)
class RetryJob:
    """Give a dead letter or a cancelled job another life: no attempts spent, errors remembered."""

    job_id: JobId

    async def run(self, queue: JobQueue, inspector: JobInspector) -> None:
        """Puts the job back into its queue.

        Raises:
            JobNotFound: there is no such job.
            IllegalTransition: it has not failed and was not cancelled.
            DuplicateJob: it must be unique, and another of its kind is there.
        """
        found = (await inspector.get([self.job_id])).get(self.job_id)
        if found is None:
            raise JobNotFound(f"there is no job {self.job_id}")
        [moved] = await queue.move([replay(found)])
        if not moved.applied and moved.before in REPLAYABLE:
            raise DuplicateJob(f"job {self.job_id} must be unique, and another is there")
        if not moved.applied:
            raise IllegalTransition(
                f"job {self.job_id} is {moved.before}: only a failed or cancelled job can be"
                " retried; to run a completed one again, submit it again"
            )


def replay(record: JobRecord, source: JobStatus | None = None) -> Move:
    """Returns the move that gives a record's job another life, from one state or any that may."""
    try:
        claim = record.header.unique_claim(record.payload)
    except InvalidJob:  # a payload of which nothing can be said asks for nothing
        claim = None
    return Move(record.id, JobEvent.REPLAYED, source=source, unique=claim)


@dataclass(frozen=True, slots=True)
class FindJobs:
    """Look for jobs, page by page; `after` is where the page before ended."""

    query: JobQuery
    limit: int
    after: str | None = None

    async def run(self, inspector: JobInspector) -> Page:
        """Returns up to `limit` jobs, and where the next page begins.

        Raises:
            InvalidJob: the limit is no number of jobs, or no page of this query ended at `after`.
            InvalidName: the queue has no name that a queue may have.
        """
        if self.limit < 1:
            raise InvalidJob(f"limit: a page has at least one job, not {self.limit}")
        if self.query.queue is not None:
            checked_name("queue", self.query.queue)
        try:
            return await inspector.find(self.query, self.limit, self.after)
        except (ValueError, OverflowError) as error:
            if self.after is None:
                raise
            raise InvalidJob(f"after: {self.after[:80]!r} is not where a page ended") from error
