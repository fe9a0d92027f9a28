"""What the jobs of one type have in common in one submit, worked out once for all of them."""

from datetime import datetime, timedelta
from functools import lru_cache

from jobsys.domain.base_job import BaseJob
from jobsys.domain.envelope import Header
from jobsys.domain.errors import InvalidJob
from jobsys.domain.job_id import JobId
from jobsys.domain.options import Chosen, JobOptions
from jobsys.domain.priority import JobPriority
from jobsys.domain.retention import DEFAULT_RETENTION
from jobsys.domain.validator import JobValidator
from jobsys.domain.value import value
from jobsys.ports.submission import Submission


@value
class Mould:
    """Makes submissions of jobs; `priority` is None where each job says its own."""

    header: Header
    queue: str
    priority: JobPriority | None
    due: timedelta | datetime | None
    validator: JobValidator

    def filled(self, job: BaseJob, key: str) -> Submission:
        """Returns what is stored of a job, under a key that has been checked.

        Raises:
            InvalidJob: its payload cannot be stored, or its queue does not take its priority.
        """
        payload = self.validator.payload_of(job)
        priority = self.priority or job.wanted_priority
        self.validator.check_level(self.queue, priority)
        header, job_id = self.header, JobId.of(self.queue, key)
        claim = None if header.unique is None else header.unique_claim(payload)
        return Submission(job_id, header, payload, priority, self.due, False, claim)


def mould_of(job: object, options: JobOptions, validator: JobValidator) -> Mould:
    """Returns what the type of a job and the options of a submit say together.

    Raises:
        InvalidJob: it is no job.
    """
    if not isinstance(job, BaseJob):
        shown = f"the class {job.__name__}" if isinstance(job, type) else f"{job!r:.80}"
        raise InvalidJob(f"{shown} is no job: submit an instance of a subclass of BaseJob")
    due = options.delay if options.run_at is None else options.run_at
    header = _header(type(job), options.chosen)
    return Mould(header, options.queue or job.queue, options.priority, due, validator)


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
