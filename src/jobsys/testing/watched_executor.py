"""An executor that remembers what it began and every exception that it met."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from jobsys.application.execution import JobAttempt, JobExecutor
from jobsys.application.execution_options import ExecutionOptions
from jobsys.application.handlers import HandlerRegistry
from jobsys.domain.attempt_error import AttemptError
from jobsys.domain.lease import Lease
from jobsys.domain.record import JobRecord
from jobsys.ports.clock import Clock
from jobsys.ports.job_metrics import JobMetrics


class WatchedExecutor(JobExecutor):
    """Carries jobs out as in production, but leaves nothing to chance or to other workers.

    Jitter draws the longest wait, so that a test knows when a retry is due. A job without a handler
    fails at once: no other worker will come.
    """

    def __init__(
        self,
        handlers: HandlerRegistry,
        metrics: JobMetrics,
        clock: Clock,
        options: ExecutionOptions,
    ) -> None:
        at_once = replace(options, unroutable_after=timedelta(0))
        super().__init__(handlers, metrics, clock, at_once, lambda: 1.0)
        self.begun: list[JobRecord] = []
        self.failures: list[BaseException] = []

    def forget(self) -> None:
        """Begins new lists."""
        self.begun, self.failures = [], []

    def begin(self, lease: Lease) -> JobAttempt:
        """Returns the attempt that this lease is for, ready to run."""
        self.begun.append(lease.record)
        return WatchedAttempt(lease, self, self.failures.append)


class WatchedAttempt(JobAttempt):
    """An attempt that tells the exception with which it ends."""

    __slots__ = ("_tell",)

    def __init__(
        self, lease: Lease, executor: JobExecutor, tell: Callable[[BaseException], None]
    ) -> None:
        super().__init__(lease, executor)
        self._tell = tell

    def _remember(self, error: BaseException) -> AttemptError:
        remembered = super()._remember(error)
        job = self.lease.record
        error.add_note(f"attempt {remembered.attempt} of {job.job_type} job {job.id}")
        self._tell(error)
        return remembered
