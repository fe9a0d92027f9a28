"""Where typed jobs become what a queue stores, or are refused."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache

from jobsys.application.gathering import Gathering
from jobsys.domain.base_job import BaseJob
from jobsys.domain.envelope import Header
from jobsys.domain.errors import InvalidJob
from jobsys.domain.factory import JobFactory
from jobsys.domain.job_id import JobId
from jobsys.domain.options import JobOptions
from jobsys.domain.payload import JobPayload
from jobsys.domain.priority import JobPriority
from jobsys.domain.retention import DEFAULT_RETENTION, Retention
from jobsys.domain.retry import RetryPolicy
from jobsys.domain.validator import JobValidator
from jobsys.ports.clock import Clock
from jobsys.ports.job_metrics import JobMetrics
from jobsys.ports.job_queue import JobQueue, Receipt, Submission


@dataclass(frozen=True, slots=True)
class Intake:
    """Everything that a submit asks before it goes to the queue."""

    factory: JobFactory
    validator: JobValidator
    clock: Clock
    metrics: JobMetrics
    gathering: Gathering = field(default_factory=Gathering)

    def submissions(
        self, jobs: Sequence[BaseJob], options: JobOptions, keys: Sequence[str]
    ) -> list[Submission]:
        """Returns what is stored of jobs, each under its key.

        Raises:
            InvalidJob: one is no job, its payload cannot be stored, or its queue does not take
                its priority.

        """
        due = options.delay if options.run_at is None else options.run_at
        made: list[Submission] = []
        for job, key in zip(jobs, keys, strict=True):
            payload = self.payload(job)
            queue, priority = self.place(job, options)
            header = self.header(job, options)
            made.append(Submission(JobId.of(queue, key), header, payload, priority, due))
        return made

    def payload(self, job: object) -> JobPayload:
        """Returns the payload of a job as it is stored.

        Raises:
            InvalidJob: it is no job, or its payload cannot be stored.

        """
        if isinstance(job, BaseJob):
            return self.validator.payload_of(job)
        shown = f"the class {job.__name__}" if isinstance(job, type) else f"{job!r:.80}"
        raise InvalidJob(f"{shown} is no job: submit an instance of a subclass of BaseJob")

    def place(self, job: BaseJob, options: JobOptions) -> tuple[str, JobPriority]:
        """Returns the queue and the priority of a job.

        Raises:
            InvalidJob: the queue does not take this priority.

        """
        queue, priority = options.queue or job.queue, options.priority or job.wanted_priority
        self.validator.check_level(queue, priority)
        return queue, priority

    async def enqueue(
        self, queue: JobQueue, submissions: Sequence[Submission], *, drawn: bool
    ) -> None:
        """Hands submissions to the queue, and counts those that are new to it.

        Nobody else knows a key that was drawn: where such a job exists already, this very call has
        stored it, and been repeated because its reply was lost.
        """
        if len(submissions) == 1:
            [submission] = submissions
            if await self.gathering.enqueue(queue, submission) is Receipt.CREATED or drawn:
                self.metrics.increment_jobs_enqueued(submission.header.type, submission.priority)
            return
        receipts = await queue.enqueue(submissions)
        created: dict[tuple[str, JobPriority], int] = {}
        for submission, receipt in zip(submissions, receipts, strict=True):
            if drawn or receipt is Receipt.CREATED:
                kind = submission.header.type, submission.priority
                created[kind] = created.get(kind, 0) + 1
        for (job_type, priority), count in created.items():
            self.metrics.increment_jobs_enqueued(job_type, priority, count)

    def header(self, job: BaseJob, options: JobOptions) -> Header:
        """Returns what the envelope says of a job beside its payload."""
        return _header(type(job), options.retry, options.timeout, options.retention)


@lru_cache(maxsize=1024)  # the jobs of one type share it
def _header(
    kind: type[BaseJob],
    retry: RetryPolicy | None,
    timeout: timedelta | None,
    retention: Retention | None,
) -> Header:
    wanted = retention or kind.retention
    kept = None if wanted == DEFAULT_RETENTION else wanted
    return Header(
        type=kind.job_type, version=kind.version, retry=retry, timeout=timeout, retention=kept
    )
