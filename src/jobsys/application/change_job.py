"""The use case of giving a waiting job another priority or another time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from jobsys.application.commands import check_due
from jobsys.application.intake import Intake
from jobsys.domain.errors import IllegalTransition, InvalidJob, JobNotFound
from jobsys.domain.job_id import JobId
from jobsys.domain.move import Move
from jobsys.domain.options import JobOptions
from jobsys.domain.status import JobEvent, JobStatus
from jobsys.ports.job_queue import JobQueue


@dataclass(frozen=True, slots=True)
class ChangeJob:
    """Give a waiting job another priority or another time, as the options say."""

    job_id: JobId
    options: JobOptions

    async def run(self, queue: JobQueue, intake: Intake) -> None:
        """Moves the job.

        Raises:
            JobNotFound: there is no such job.
            IllegalTransition: it does not wait.
            InvalidJob: nothing is to be changed, or its queue does not take the priority.
        """
        now, options = intake.clock.now(), self.options
        check_due(options, now)
        if options.priority is not None:
            intake.validator.check_level(self.job_id.queue, options.priority)
        [moved] = await queue.move([self._move(now)])
        if moved.before is None:
            raise JobNotFound(f"there is no job {self.job_id}")
        if not moved.applied:
            raise IllegalTransition(f"job {self.job_id} is {moved.before}: it does not wait")

    def _move(self, now: datetime) -> Move:
        level = self.options.priority
        due = self.options.delay if self.options.run_at is None else self.options.run_at
        if due is None and level is None:
            raise InvalidJob("nothing is to be changed: give priority, delay or run_at")
        if due is None:
            return Move(self.job_id, JobEvent.REPRIORITISED, priority=level)
        is_later = (now + due if isinstance(due, timedelta) else due) > now
        target = JobStatus.SCHEDULED if is_later else JobStatus.QUEUED
        when = due if is_later else None
        return Move(self.job_id, JobEvent.RESCHEDULED, target, due=when, priority=level)
