"""Carrying jobs out in child processes, as the worker sees it."""

import logging
from collections.abc import Callable
from contextlib import suppress
from time import monotonic
from typing import Final

from pydantic_core import from_json

from jobsys.application.calling import Execute, carried_out
from jobsys.application.context import AttemptContext, told_progress
from jobsys.application.errand_texts import SUCCEEDED, Facts, Failure, News, Note
from jobsys.application.failure_text import raised
from jobsys.domain.base_job import BaseJob
from jobsys.domain.process_limits import ProcessLimits
from jobsys.ports.job_handler import JobContext
from jobsys.ports.process_runner import Errand, ProcessRunner

SOONEST: Final = 0.001
JOB_LOG: Final = logging.getLogger("jobsys.job")


class Isolation:
    """Hands jobs to child processes while these run; without them, as in a test, jobs run here."""

    def __init__(self, runner: ProcessRunner, max_result: int) -> None:
        self._runner = runner
        self._max_result = max_result

    def check(self, job_class: type[BaseJob]) -> None:
        """Returns where jobs of this class can be carried out.

        Raises:
            ConfigurationError: they shall have processes of their own, and this system has none.
        """
        if job_class.isolation == "process":
            self._runner.check()

    def around(self, provide: Callable[[], Execute]) -> Callable[[], Execute]:
        """Returns what returns, for each attempt, what has a child process run the handler."""

        async def execute(job: BaseJob, context: JobContext) -> object:
            if not (self._runner.is_running and isinstance(context, AttemptContext)):
                return await carried_out(provide(), job, context)
            return await self._carried_out(job, context)

        return lambda: execute

    async def _carried_out(self, job: BaseJob, context: AttemptContext) -> object:
        answer = await self._runner.run(JobErrand(job, context, self._max_result))
        if not answer.startswith(SUCCEEDED):
            raise raised(Failure.model_validate_json(answer[1:]))
        return from_json(answer[1:]) if len(answer) > 1 else None


class JobErrand(Errand):
    """One attempt of one job, as a child process is told of it."""

    def __init__(self, job: BaseJob, context: AttemptContext, max_result: int) -> None:
        self._job = job
        self._context = context
        self._ends_at = monotonic() + context.timeout.total_seconds()
        self._max_result = max_result
        self._told = News()
        self._trace = context.trace  # that of whoever makes the errand

    @property
    def limits(self) -> ProcessLimits:
        return self._job.process_limits

    @property
    def order(self) -> bytes:
        context = self._context
        facts = Facts(
            job_id=context.job_id,
            job_type=self._job.job_type,
            version=self._job.version,
            attempt=context.attempt,
            max_attempts=context.max_attempts,
            fencing_token=context.fencing_token,
            deadline=context.deadline,
            max_result=self._max_result,
            log_level=min(context.log_level, logging.getLogger().getEffectiveLevel()),
            trace=self._trace,
        )
        payload = self._job.__pydantic_serializer__.to_json(
            self._job, by_alias=True, round_trip=True
        )
        return facts.model_dump_json().encode() + b"\n" + payload

    @property
    def notice_in(self) -> float:
        notice = self.limits.notice
        if notice is None:
            return 0
        return max(self._ends_at - monotonic() - notice.total_seconds(), SOONEST)

    def hear(self, note: bytes) -> None:
        with suppress(Exception):  # whatever a child writes on its line, and where it is logged
            self._take_in(Note.model_validate_json(note))

    def news(self) -> bytes | None:
        context = self._context
        now = News(stopped=context.stopped, lease_lost=context.lease_lost)
        if now == self._told:
            return None
        self._told = now
        return now.model_dump_json().encode()

    def _take_in(self, note: Note) -> None:
        context, line, measure = self._context, note.line, note.measure
        if note.progress is not None:
            context.told = told_progress(*note.progress)
        if measure is not None:
            count = getattr(context.metrics, measure.kind)
            count(measure.name, measure.number, **measure.labels)
        if line is not None:
            is_the_jobs = line.logger == JOB_LOG.name
            logger = context.log if is_the_jobs else logging.getLogger(line.logger)
            if logger.isEnabledFor(line.level):
                logger.log(line.level, "%s", line.text, extra=context.log.extra)
