"""Where typed jobs become what a queue stores, or are refused."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import compress
from operator import attrgetter
from typing import Final

from jobsys.application.admission import TAKEN_IN, Admission, ids_of
from jobsys.application.gathering import Gathering
from jobsys.application.mould import Mould, mould_of
from jobsys.domain.base_job import BaseJob
from jobsys.domain.factory import JobFactory
from jobsys.domain.job_id import JobId
from jobsys.domain.options import JobOptions
from jobsys.domain.validator import JobValidator
from jobsys.ports.clock import Clock
from jobsys.ports.job_metrics import JobMetrics
from jobsys.ports.job_queue import JobQueue
from jobsys.ports.submission import Answer, Receipt, Submission

_KIND: Final = attrgetter("header.type", "priority")


@dataclass(frozen=True, slots=True)
class Intake:
    """Everything that a submit asks before it goes to the queue."""

    factory: JobFactory
    validator: JobValidator
    clock: Clock
    metrics: JobMetrics
    admission: Admission
    gathering: Gathering = field(default_factory=Gathering)

    def submission(self, job: BaseJob, options: JobOptions, key: str) -> Submission:
        """Returns what is stored of a job, under a key that has been checked.

        Raises:
            InvalidJob: it is no job, its payload cannot be stored, or its queue does not take its
                priority.

        """
        return mould_of(job, options, self.validator).filled(job, key)

    def submissions(
        self, jobs: Sequence[BaseJob], options: JobOptions, keys: Sequence[str]
    ) -> list[Submission]:
        """Returns what is stored of many jobs; those of one type share what they have in common.

        Raises:
            InvalidJob: as `submission` does.
        """
        moulds: dict[type, Mould] = {}
        made: list[Submission] = []
        for job, key in zip(jobs, keys, strict=True):
            mould = moulds.get(type(job))
            if mould is None:
                mould = moulds[type(job)] = mould_of(job, options, self.validator)
            made.append(mould.filled(job, key))
        return made

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
        new = TAKEN_IN if drawn else {Receipt.CREATED}
        created = compress(submissions, map(new.__contains__, answers))
        for (job_type, priority), count in Counter(map(_KIND, created)).items():
            self.metrics.increment_jobs_enqueued(job_type, priority, count)
