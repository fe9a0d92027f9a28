"""Carrying one job out: from its lease to the transition that its end makes."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from math import inf
from time import perf_counter
from typing import Final

from jobsys.application import execution_log
from jobsys.application.calling import Execute, carried_out
from jobsys.application.context import AttemptContext
from jobsys.application.equipment import Equipment
from jobsys.application.failure import after_failure
from jobsys.application.loop_time import loop_time
from jobsys.application.passage import Passage
from jobsys.application.results import kept_result
from jobsys.domain.attempt_error import AttemptError, remembered
from jobsys.domain.base_job import BaseJob
from jobsys.domain.errors import InvalidJob, JobTimeout, UnknownJobType
from jobsys.domain.lease import Lease
from jobsys.domain.status import JobEvent, JobStatus, Reason
from jobsys.domain.transition import Transition
from jobsys.ports.worker_pool import HEEDS_WITHIN, Attempt, StopReason

SHORTEST_HOLD: Final = timedelta(seconds=0.1)
LONGEST_HOLD: Final = timedelta(seconds=5)
"""How long a job is held that no handler here takes: a tenth of the time for which it has been."""


class JobAttempt(Attempt):
    """One run of one job."""

    __slots__ = (
        "_context", "_ends_by", "_executor", "_failure", "_is_left", "_lease", "_passage", "_task",
    )  # fmt: skip

    def __init__(self, lease: Lease, executor: Equipment) -> None:
        self._lease = lease
        self._executor = executor
        self._context = AttemptContext(
            lease, executor.clock.now(), executor.metrics.custom, executor.options.lines
        )
        self._task: asyncio.Task[object] | None = None
        self._ends_by = inf
        self._is_left = False
        self._passage: Passage | None = None
        self._failure: BaseException | None = None

    @property
    def lease(self) -> Lease:
        return self._lease

    @property
    def progress(self) -> tuple[int, str]:
        standing = self._lease.record.standing
        return self._context.told or (standing.percent, standing.message)

    def doubt_lease(self, *, doubted: bool) -> None:
        self._context.lease_doubted = doubted

    @property
    def ends_by(self) -> float:
        return self._ends_by

    def stop(self, reason: StopReason) -> None:
        if self._context.stopped is None:
            self._context.stopped = reason
            if self._task is not None:
                self._ends_by = loop_time() + HEEDS_WITHIN
                self._task.cancel()

    def left_behind(self, reason: StopReason) -> Transition:
        self._context.stopped = self._context.stopped or reason
        self._is_left = True
        self._executor.left_running.begin(self._lease, "task")
        end = self._outcome(asyncio.CancelledError(), None)
        if self._passage is not None and self._executor.breaker is not None:
            self._executor.breaker.tell(self._passage, end, self._failure)
        return end

    def broken_off(self, error: Exception) -> Transition:
        return self._failed(self._lease, error)

    async def run(self) -> Transition:
        record = self._lease.record
        if record.damage is not None:
            broken = InvalidJob("the stored bytes are no job: they are kept as they are")
            return self._buried(JobEvent.CORRUPT, broken, record.damage)
        try:
            job_class, provide = self._executor.handlers.route(record.header)
        except UnknownJobType as error:
            return self._unroutable(error)
        if self._lease.comes_too_late:
            execution_log.expired(self._lease)
            return self._lease.dropped(JobEvent.EXPIRED, Reason.EXPIRED)
        try:
            decode = self._executor.handlers.factory.decode
            job = decode(job_class, record.payload, record.header.version)
        except Exception as error:  # noqa: BLE001 (validators of the user's may raise anything)
            return self._buried(JobEvent.CORRUPT, error, Reason.CORRUPT)
        carry_out = self._carry_out if job_class.circuit is None else self._carry_out_if_let
        return await carry_out(provide, job)

    async def _carry_out_if_let(self, provide: Callable[[], Execute], job: BaseJob) -> Transition:
        breaker = self._executor.breaker
        if breaker is None or job.circuit is None:
            return await self._carry_out(provide, job)
        admitted = await breaker.admit(self._lease, job.circuit)
        if isinstance(admitted, Transition):
            return admitted
        self._passage = admitted
        end = await self._carry_out(provide, job)
        return end if self._is_left else await breaker.ended(admitted, end, self._failure)

    async def _carry_out(self, provide: Callable[[], Execute], job: BaseJob) -> Transition:
        context, executor = self._context, self._executor
        context.agree_with(job, executor.options)
        self._task = asyncio.current_task()
        execution_log.started(self._lease, context.retry)
        out_of_time, begun = self._out_of_time, perf_counter()
        end_of_time = executor.deadlines.watch(out_of_time, context.timeout.total_seconds())
        self._ends_by = end_of_time + HEEDS_WITHIN
        try:
            if context.stopped is not None:
                raise asyncio.CancelledError
            result = await carried_out(provide(), job, context)
            result_json = kept_result(result, executor.options.max_result)
            failure: BaseException | None = None
        except KeyboardInterrupt:  # the operator's, not the job's
            raise
        except BaseException as error:  # noqa: BLE001 (a handler that exits ends its job, not the worker)
            failure, result_json = error, None
        finally:
            self._task, self._ends_by = None, inf
            executor.deadlines.forget(out_of_time)
            seconds = perf_counter() - begun
            executor.metrics.observe_job_duration(job.job_type, seconds)
        if self._is_left:
            executor.left_running.end(self._lease, "task")
            return self._lease.released()
        if context.deserted is not None:
            executor.left_running.thread(self._lease, context.deserted)
        end = self._outcome(failure, result_json)
        execution_log.ended(self._lease, end, seconds)
        return end

    def _out_of_time(self) -> None:
        self.stop(StopReason.TIMEOUT)

    def _outcome(self, failure: BaseException | None, result_json: bytes | None) -> Transition:
        told = self._context.told
        lease = self._lease.with_progress(*told) if told else self._lease
        stopped = self._context.stopped
        if stopped is StopReason.TIMEOUT:
            return self._failed(lease, JobTimeout(f"no end within {self._context.timeout}"))
        if failure is None:
            return lease.succeeded(result_json)
        if stopped is StopReason.CANCEL:
            return lease.released().despite_cancel()
        gave_up = stopped is not None or self._context.lease_doubted
        return lease.released() if gave_up else self._failed(lease, failure)

    def _failed(self, lease: Lease, error: BaseException) -> Transition:
        self._failure, policy, known_as = error, self._context.retry, self._remember(error)
        end = after_failure(lease, error, known_as, policy, self._executor.draw())
        if end.event is JobEvent.FAILED:
            execution_log.failed(lease, known_as, policy, is_last=end.target is JobStatus.FAILED)
        return end

    def _unroutable(self, error: UnknownJobType) -> Transition:
        """Holds a job that another worker may know, until it has been held for too long."""
        self._executor.unroutable.tell(self._lease.record.id, error)
        held_for = self._lease.held_for(Reason.UNROUTABLE)
        if held_for < self._executor.options.unroutable_after:
            pause = min(max(held_for / 10, SHORTEST_HOLD), LONGEST_HOLD)
            spread = 0.5 + self._executor.draw()  # else the same worker may be first each time
            return self._lease.held(pause * spread, Reason.UNROUTABLE)
        return self._buried(JobEvent.UNROUTABLE, error, Reason.UNROUTABLE)

    def _buried(self, event: JobEvent, error: Exception, reason: Reason) -> Transition:
        known_as = self._remember(error)
        execution_log.buried(self._lease, known_as)
        return self._lease.buried(event, known_as, reason)

    def _remember(self, error: BaseException) -> AttemptError:
        return remembered(error, self._context.attempt, self._executor.clock.now())


class JobExecutor(Equipment):
    """Makes attempts; one executor serves a whole worker."""

    def begin(self, lease: Lease) -> JobAttempt:
        """Returns the attempt that this lease is for, ready to run."""
        return JobAttempt(lease, self)
