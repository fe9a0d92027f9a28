"""Carrying one job out: from its lease to the transition that its end makes."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import lru_cache
from inspect import isawaitable, iscoroutinefunction
from time import perf_counter
from typing import Final, cast

from pydantic_core import to_json

from jobsys.application.context import AttemptContext
from jobsys.application.deadlines import Deadlines
from jobsys.application.handlers import Execute, HandlerRegistry
from jobsys.application.threads import in_thread
from jobsys.domain.attempt_error import AttemptError, remembered
from jobsys.domain.base_job import BaseJob
from jobsys.domain.envelope import Header
from jobsys.domain.errors import InvalidJob, JobTimeout, UnknownJobType
from jobsys.domain.lease import Lease
from jobsys.domain.status import JobEvent, Reason
from jobsys.domain.transition import Transition
from jobsys.ports.clock import Clock
from jobsys.ports.job_metrics import JobMetrics
from jobsys.ports.worker_pool import Attempt, StopReason

log = logging.getLogger("jobsys.execution")

HELD_FOR: Final = timedelta(seconds=5)


class JobExecutor:
    """Makes attempts; one executor serves a whole worker."""

    def __init__(
        self,
        handlers: HandlerRegistry,
        metrics: JobMetrics,
        clock: Clock,
        unroutable_after: timedelta = timedelta(hours=1),
        draw: Callable[[], float] = random.random,
    ) -> None:
        self.handlers = handlers
        self.metrics = metrics
        self.clock = clock
        self.unroutable_after = unroutable_after
        self.draw = draw
        self.deadlines = Deadlines()

    def begin(self, lease: Lease) -> "JobAttempt":
        """Returns the attempt that this lease is for, ready to run."""
        return JobAttempt(lease, self)


class JobAttempt(Attempt):
    """One run of one job."""

    __slots__ = ("_context", "_executor", "_lease", "_task")

    def __init__(self, lease: Lease, executor: JobExecutor) -> None:
        self._lease = lease
        self._executor = executor
        self._context = AttemptContext(lease, executor.clock.now(), executor.metrics.custom)
        self._task: asyncio.Task[object] | None = None

    @property
    def lease(self) -> Lease:
        return self._lease

    @property
    def progress(self) -> tuple[int, str]:
        return self._context.told

    def stop(self, reason: StopReason) -> None:
        if self._context.stopped is None:
            self._context.stopped = reason
            if self._task is not None:
                self._task.cancel()

    async def run(self) -> Transition:
        record = self._lease.record
        if record.damage is not None:
            broken = InvalidJob("the stored bytes are no job: they are kept as they are")
            return self._lease.buried(JobEvent.CORRUPT, self._remember(broken), record.damage)
        try:
            job_class = self._class_of(record.header)
            provide = self._executor.handlers.provider_of(job_class)
        except UnknownJobType as error:
            return self._unroutable(error)
        try:
            job = self._executor.handlers.factory.decode(job_class, record.payload)
        except Exception as error:  # noqa: BLE001 (validators of the user's may raise anything)
            return self._lease.buried(JobEvent.CORRUPT, self._remember(error), Reason.CORRUPT)
        return await self._carry_out(provide, job)

    def _class_of(self, header: Header) -> type[BaseJob]:
        job_class = self._executor.handlers.factory.class_of(header.type)
        if header.version > job_class.version:
            raise UnknownJobType(
                f"this worker knows {header.type!r} up to version {job_class.version},"
                f" not {header.version}"
            )
        return job_class

    async def _carry_out(self, provide: Callable[[], Execute], job: BaseJob) -> Transition:
        context, executor, header = self._context, self._executor, self._lease.record.header
        context.retry = header.retry or job.retry
        context.timeout = header.timeout or job.timeout
        self._task = asyncio.current_task()
        begun = perf_counter()
        executor.deadlines.watch(self._out_of_time, context.timeout.total_seconds())
        try:
            if context.stopped is not None:
                raise asyncio.CancelledError
            result = await _called(provide(), job, context)
            result_json = None if result is None else to_json(result)
            failure: BaseException | None = None
        except KeyboardInterrupt:  # the operator's, not the job's
            raise
        except BaseException as error:  # noqa: BLE001 (a handler that exits ends its job, not the worker)
            failure, result_json = error, None
        finally:
            self._task = None
            executor.deadlines.forget(self._out_of_time)
            executor.metrics.observe_job_duration(job.job_type, perf_counter() - begun)
        return self._outcome(failure, result_json)

    def _out_of_time(self) -> None:
        self.stop(StopReason.TIMEOUT)

    def _outcome(self, failure: BaseException | None, result_json: bytes | None) -> Transition:
        lease = self._lease.with_progress(*self._context.told)
        stopped = self._context.stopped
        if stopped is StopReason.TIMEOUT:
            return self._failed(lease, JobTimeout(f"no end within {self._context.timeout}"))
        if failure is None:
            return lease.succeeded(result_json)
        if stopped is StopReason.CANCEL:
            return lease.released().despite_cancel()
        return self._failed(lease, failure) if stopped is None else lease.released()

    def _failed(self, lease: Lease, error: BaseException) -> Transition:
        attempt, policy = self._context.attempt, self._context.retry
        delay = policy.delay_after(attempt, self._executor.draw())
        job, told = lease.record, (lease.record.id, attempt, policy.max_attempts, error)
        if delay is None:
            log.error("%s job %s failed at attempt %d of %d: %r", job.job_type, *told)
        else:
            log.warning("%s job %s failed at attempt %d of %d: %r", job.job_type, *told)
        return lease.failed(self._remember(error), delay, Reason.EXHAUSTED)

    def _unroutable(self, error: UnknownJobType) -> Transition:
        """Holds a job that another worker may know, until it has been held for too long."""
        standing = self._lease.record.standing
        held_for = standing.changed_at - (standing.held_at or standing.changed_at)
        if held_for < self._executor.unroutable_after:
            return self._lease.held(HELD_FOR, Reason.UNROUTABLE)
        remembered_as = self._remember(error)
        return self._lease.buried(JobEvent.UNROUTABLE, remembered_as, Reason.UNROUTABLE)

    def _remember(self, error: BaseException) -> AttemptError:
        attempt, now = self._context.attempt, self._executor.clock.now()
        try:
            return remembered(error, attempt, now)
        except Exception as untold:  # noqa: BLE001 (an error may fail to tell itself)
            return remembered(untold, attempt, now)


async def _called(execute: Execute, job: BaseJob, context: AttemptContext) -> object:
    if _is_async(getattr(execute, "__func__", execute)):
        return await cast("Awaitable[object]", execute(job, context))
    result = await in_thread(execute, job, context)
    return await result if isawaitable(result) else result


@lru_cache(maxsize=1024)
def _is_async(function: object) -> bool:
    return iscoroutinefunction(function)
