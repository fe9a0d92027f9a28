"""Where typed jobs become what a queue stores, or are refused."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache

from jobsys.application.admission import REFUSALS, Admission
from jobsys.application.gathering import Gathering
from jobsys.domain.base_job import BaseJob
from jobsys.domain.envelope import Header
from jobsys.domain.errors import InvalidJob
from jobsys.domain.factory import JobFactory
from jobsys.domain.job_id import JobId
from jobsys.domain.options import JobOptions
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
    admission: Admission
    gathering: Gathering = field(default_factory=Gathering)

    def submission(self, job: object, options: JobOptions, key: str) -> Submission:
        """Returns what is stored of a job, under a key that has been checked.

        Raises:
            InvalidJob: it is no job, its payload cannot be stored, or its queue does not take its
                priority.

        """
        if not isinstance(job, BaseJob):
            shown = f"the class {job.__name__}" if isinstance(job, type) else f"{job!r:.80}"
            raise InvalidJob(f"{shown} is no job: submit an instance of a subclass of BaseJob")
        payload = self.validator.payload_of(job)
        queue, priority = options.queue or job.queue, options.priority or job.wanted_priority
        self.validator.check_level(queue, priority)
        header = _header(
            type(job), options.retry, options.timeout, options.start_within, options.retention
        )
        due = options.delay if options.run_at is None else options.run_at
        return Submission(JobId.of(queue, key), header, payload, priority, due)

    async def store(self, queue: JobQueue, submission: Submission, *, drawn: bool) -> None:
        """Hands one submission to the queue, perhaps together with other callers'; see `store_all`."""
        receipt = await self.gathering.enqueue(queue, submission)
        if receipt in REFUSALS:
            [receipt] = await self.admission.taken_in(queue, [submission], [receipt])
        if drawn or receipt is Receipt.CREATED:
            self.metrics.increment_jobs_enqueued(submission.header.type, submission.priority)

    async def store_all(
        self, queue: JobQueue, submissions: Sequence[Submission], *, drawn: bool
    ) -> None:
        """Hands submissions to the queue, and counts those that are new to it.

        Nobody else knows a key that was drawn: where such a job exists already, this very call has
        stored it, and been repeated because its reply was lost.
        """
        receipts = await queue.enqueue(submissions)
        if not REFUSALS.isdisjoint(receipts):
            receipts = await self.admission.taken_in(queue, submissions, receipts)
        created = Counter(
            (submission.header.type, submission.priority)
            for submission, receipt in zip(submissions, receipts, strict=True)
            if drawn or receipt is Receipt.CREATED
        )
        for (job_type, priority), count in created.items():
            self.metrics.increment_jobs_enqueued(job_type, priority, count)


@lru_cache(maxsize=1024)  # the jobs of one type share it
def _header(
    kind: type[BaseJob],
    retry: RetryPolicy | None,
    timeout: timedelta | None,
    start_within: timedelta | None,
    retention: Retention | None,
) -> Header:
    wanted = retention or kind.retention
    kept = None if wanted == DEFAULT_RETENTION else wanted
    return Header(
        type=kind.job_type,
        version=kind.version,
        retry=retry,
        timeout=timeout,
        start_within=start_within or kind.start_within,
        retention=kept,
    )
