"""Attempts that are told in the traces of their jobs."""

from collections.abc import Callable
from datetime import datetime
from logging import Logger, LoggerAdapter

from jobsys.application.calling import Execute
from jobsys.application.context import AttemptContext
from jobsys.application.equipment import Equipment
from jobsys.application.execution import JobAttempt, JobExecutor
from jobsys.domain.base_job import BaseJob
from jobsys.domain.envelope import TraceContext
from jobsys.domain.lease import Lease
from jobsys.domain.status import JobEvent, Reason
from jobsys.domain.transition import Transition
from jobsys.ports.job_tracer import JobTracer, ProcessSpan
from jobsys.ports.worker_pool import StopReason


class TracedContext(AttemptContext):
    """The context of an attempt that has a span while its handler runs."""

    __slots__ = ("_tracer", "span")

    def __init__(
        self, tracer: JobTracer, lease: Lease, begun_at: datetime, executor: Equipment
    ) -> None:
        super().__init__(lease, begun_at, executor.metrics.custom, executor.options.lines)
        self._tracer = tracer
        self.span: ProcessSpan | None = None

    @property
    def log(self) -> "LoggerAdapter[Logger]":
        logger = super().log
        if self.span is not None:
            logger.extra = {**(logger.extra or {}), **self.span.ids}
        return logger

    @property
    def trace(self) -> TraceContext | None:
        return self._tracer.here()


class TracedExecutor(JobExecutor):
    """Makes attempts as another executor does, each with a span of its own."""

    def __init__(self, like: Equipment, tracer: JobTracer) -> None:
        super().__init__(
            like.handlers, like.metrics, like.clock, like.options, like.draw, breaker=like.breaker
        )
        self._tracer = tracer

    def begin(self, lease: Lease) -> JobAttempt:
        """Returns the attempt that this lease is for, ready to run."""
        return TracedAttempt(lease, self, self._tracer)


def traced_executor(executor: JobExecutor, tracer: JobTracer | None) -> JobExecutor:
    """Returns an executor like this one that tells of attempts, where there is somebody to tell."""
    return executor if tracer is None else TracedExecutor(executor, tracer)


class TracedAttempt(JobAttempt):
    """An attempt with a span: from its handler's call, or its burial, to what became of it."""

    __slots__ = ("_traced", "_tracer")

    def __init__(self, lease: Lease, executor: Equipment, tracer: JobTracer) -> None:
        super().__init__(lease, executor)
        self._tracer = tracer
        self._context = self._traced = TracedContext(
            tracer, lease, self._context.begun_at, executor
        )

    def left_behind(self, reason: StopReason) -> Transition:
        end = super().left_behind(reason)
        if self._traced.span is not None:
            self._traced.span.ended(end)
        return end

    async def _carry_out(self, provide: Callable[[], Execute], job: BaseJob) -> Transition:
        with self._tracer.processing(self._lease) as span:
            self._traced.span = span
            end = await super()._carry_out(provide, job)
            span.ended(end)
            return end

    def _buried(self, event: JobEvent, error: Exception, reason: Reason) -> Transition:
        with self._tracer.processing(self._lease) as span:
            end = super()._buried(event, error, reason)
            span.ended(end)
            return end
