"""Where typed jobs become what a queue stores, or are refused."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from jobsys.application.admission import TAKEN_IN, Admission, ids_of
from jobsys.application.gathering import Gathering
from jobsys.domain.base_job import BaseJob
from jobsys.domain.envelope import Header
from jobsys.domain.errors import InvalidJob
from jobsys.domain.factory import JobFactory
from jobsys.domain.job_id import JobId
from jobsys.domain.options import Chosen, JobOptions
from jobsys.domain.retention import DEFAULT_RETENTION
from jobsys.domain.validator import JobValidator
from jobsys.ports.clock import Clock
from jobsys.ports.job_metrics import JobMetrics
from jobsys.ports.job_queue import JobQueue
from jobsys.ports.submission import Answer, Receipt, Submission


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
        header = _header(type(job), options.chosen)
        due = options.delay if options.run_at is None else options.run_at
        claim = None if header.unique is None else header.unique_claim(payload)
        return Submission(JobId.of(queue, key), header, payload, priority, due, unique=claim)

    async def store(self, queue: JobQueue, submission: Submission, *, drawn: bool) -> JobId:
        """Hands one submission to the queue, perhaps together with other callers'; see `store_all`."""
        answer = await self.gathering.enqueue(queue, submission)
        if answer not in TAKEN_IN:
            answers = [answer]
            await self.admission.take_in(queue, [submission], answers)
            [job_id] = ids_of([submission], answers)
            if job_id != submission.job_id:
                return job_id
            [answer] = answers
        if drawn or answer is Receipt.CREATED:
            self.metrics.increment_jobs_enqueued(submission.header.type, submission.priority)
        return submission.job_id

    async def store_all(
        self, queue: JobQueue, submissions: Sequence[Submission], *, drawn: bool
    ) -> list[JobId]:
        """Hands submissions to the queue, counts those that are new to it, and returns their ids.

        Nobody else knows a key that was drawn: where such a job exists already, this very call has
        stored it, and been repeated because its reply was lost.
        """
        answers = list(await queue.enqueue(submissions))
        are_in = TAKEN_IN.issuperset(answers)
        try:
            if not are_in:
                await self.admission.take_in(queue, submissions, answers)
        finally:
            self.count(submissions, answers, drawn=drawn)
        return [s.job_id for s in submissions] if are_in else ids_of(submissions, answers)

    def noted(self, submission: Submission) -> Submission:
        """Returns what is written down of a submission that a relay stores later."""
        return submission

    def count(
        self, submissions: Sequence[Submission], answers: Sequence[Answer], *, drawn: bool
    ) -> None:
        """Counts the jobs that were new to the queue."""
        created = Counter(
            (submission.header.type, submission.priority)
            for submission, answer in zip(submissions, answers, strict=True)
            if answer is Receipt.CREATED or (drawn and answer is Receipt.EXISTS)
        )
        for (job_type, priority), count in created.items():
            self.metrics.increment_jobs_enqueued(job_type, priority, count)


@lru_cache(maxsize=1024)  # the jobs of one type share it
def _header(kind: type[BaseJob], chosen: Chosen) -> Header:
    retry, timeout, start_within, retention, unique = chosen
    wanted = retention or kind.retention
    kept = None if wanted == DEFAULT_RETENTION else wanted
    return Header(
        type=kind.job_type,
        version=kind.version,
        retry=retry,
        timeout=timeout,
        start_within=start_within or kind.start_within,
        retention=kept,
        unique=unique or kind.unique,
    )
