"""The door through which a host application uses jobsys: inject this into use cases."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import ParamSpec, Unpack

from jobsys.application.arguments import Options, job_options
from jobsys.application.books import Books
from jobsys.application.change_job import ChangeJob
from jobsys.application.commands import (
    CancelJob,
    CancelOutcome,
    RetryJob,
    SubmitJob,
    SubmitJobs,
)
from jobsys.application.intake import Intake
from jobsys.application.log_following import LogFollowing
from jobsys.application.schedule_arguments import (
    ScheduleArguments,
    options_of,
    policy_of,
    rule_of,
)
from jobsys.application.schedules import ScheduleJob
from jobsys.application.this_process import ThisProcess
from jobsys.domain.base_job import BaseJob
from jobsys.domain.explanation import Explanation
from jobsys.domain.job_id import JobId
from jobsys.domain.priority import JobPriority
from jobsys.domain.schedule import ScheduleId
from jobsys.ports.job_inspector import JobInspector
from jobsys.ports.job_queue import JobQueue

P = ParamSpec("P")


class BackgroundJobService(LogFollowing):
    """Submits jobs, follows them and steers them; the same on every backend."""

    def __init__(
        self,
        queue: JobQueue,
        inspector: JobInspector,
        intake: Intake,
        books: Books,
        here: ThisProcess,
    ) -> None:
        self.schedules, self.queues = books.schedules, books.queues
        self.circuits, self.dead_letters = books.circuits, books.dead_letters
        self.workers, self.scaling = books.workers, books.scaling
        self._explainer = books.explainer
        super().__init__(inspector, here.announcer, intake.factory, books.logs)
        self._queue = queue
        self._intake = intake
        self._here = here

    async def submit(self, job: BaseJob, **options: Unpack[Options]) -> JobId:
        """Stores a job and returns its id; once this returns, the job is in the backend.

        Raises:
            InvalidJob: an option or the payload is not valid; nothing was stored.
            QueueUnavailable: the backend did not answer; repeat with the same key to be sure.
            QueueFull: its queue has no room.
            DuplicateJob: it must be unique and says `reject`, and another of its kind is there.
        """
        return await SubmitJob(job, job_options(options)).run(self._queue, self._intake)

    async def submit_many(self, jobs: Sequence[BaseJob], **options: Unpack[Options]) -> list[JobId]:
        """Stores many jobs in few round trips and returns their ids in order."""
        return await SubmitJobs(jobs, job_options(options)).run(self._queue, self._intake)

    async def submit_by_name(
        self, job_type: str, payload: Mapping[str, object], **options: Unpack[Options]
    ) -> JobId:
        """Stores a job of a registered type from plain data.

        Raises:
            UnknownJobType: no registered class has this name.
            InvalidJob: the payload does not fit it; every wrong field is named.
        """
        return await self.submit(self._intake.factory.create(job_type, payload), **options)

    async def schedule(
        self, name: str, job: BaseJob, **given: Unpack[ScheduleArguments]
    ) -> ScheduleId:
        """Has the job made at each fire time of a rule, once, however many processes run.

        One of the same name in the same queue is replaced, and with the same rule goes on where it
        was: a program may say this at each start. `schedules` finds, pauses, runs and removes them.

        Raises:
            InvalidSchedule: the rule cannot be read, or never fires.
            InvalidJob: the name, an option or the payload is not valid.
        """
        return await self.schedules.add(
            ScheduleJob(name, job, rule_of(given), options_of(given), policy_of(given))
        )

    def fire_and_forget(
        self, function: Callable[P, object], *args: P.args, **kwargs: P.kwargs
    ) -> None:
        """Begins a call in this process and returns at once; at most once, and not a job.

        Nothing of it is stored: it ends with the process, is never tried again, and nobody learns
        its result; a failure is logged. A plain function runs in a thread.

        Raises:
            BackgroundFull: as many calls as the limit allows run already.
            NotRunning: the lifecycle has not started, or has stopped.
        """
        self._here.background.begin(function, *args, **kwargs)

    async def cancel(self, job_id: str) -> CancelOutcome:
        """Cancels a waiting job at once, and asks a running one to stop."""
        told = self._here.cancelled
        return await CancelJob(JobId.parse(job_id)).run(self._queue, self._inspector, told)

    async def retry(self, job_id: str) -> None:
        """Puts a failed or cancelled job back into its queue, with all its attempts before it.

        Raises:
            JobNotFound: there is no such job.
            IllegalTransition: it has neither failed nor been cancelled.
            DuplicateJob: it must be unique, and another of its kind is there.
        """
        await RetryJob(JobId.parse(job_id)).run(self._queue, self._inspector)

    async def explain(self, job_id: str) -> Explanation:
        """Returns why a job has not ended, what mends that, and when it will begin, where known.

        Raises:
            JobNotFound: there is no such job, or its retention is over.
        """
        return await self._explainer.explain(JobId.parse(job_id))

    async def change(
        self,
        job_id: str,
        *,
        priority: JobPriority | str | None = None,
        delay: timedelta | str | None = None,
        run_at: datetime | None = None,
    ) -> None:
        """Gives a waiting job another priority, another time, or both; it goes to the tail there.

        Raises:
            JobNotFound: there is no such job.
            IllegalTransition: it does not wait any more.
            InvalidJob: nothing is to be changed, or what is said cannot be.
        """
        wanted = job_options({"priority": priority, "delay": delay, "run_at": run_at})
        await ChangeJob(JobId.parse(job_id), wanted).run(self._queue, self._intake)
