"""What a handler is told about its attempt."""

from concurrent.futures import Future
from datetime import datetime
from logging import Logger, LoggerAdapter, getLogger
from typing import Final

from jobsys.application.execution_log import ids
from jobsys.application.execution_options import ExecutionOptions
from jobsys.application.handler_logger import HandlerLogger
from jobsys.application.log_sender import LogSender
from jobsys.domain.attempt_error import clipped, storable
from jobsys.domain.base_job import BaseJob
from jobsys.domain.envelope import TraceContext
from jobsys.domain.errors import InvalidJob
from jobsys.domain.job_id import JobId
from jobsys.domain.lease import Lease
from jobsys.ports.job_handler import JobContext
from jobsys.ports.job_metrics import CustomMetrics
from jobsys.ports.worker_pool import StopReason

LONGEST_MESSAGE: Final = 500


class AttemptContext(JobContext):
    """The live context of one attempt.

    `told` is the progress told in this attempt. `stopped` is set from outside, once, and
    `lease_doubted` as often as it changes; `retry` and `timeout` once the job's class is known.
    `deserted` is the outcome of a thread that was left running when the attempt was stopped.
    """

    __slots__ = (
        "_lease", "_lines", "_metrics", "begun_at", "deserted", "lease_doubted", "retry", "stopped", "timeout",
        "told",
    )  # fmt: skip

    def __init__(
        self,
        lease: Lease,
        begun_at: datetime,
        metrics: CustomMetrics,
        lines: LogSender | None = None,
    ) -> None:
        self._lease = lease
        self._lines = lines
        self._metrics = metrics
        self.begun_at = begun_at
        self.retry = BaseJob.retry
        self.timeout = BaseJob.timeout
        self.told: tuple[int, str] | None = None
        self.stopped: StopReason | None = None
        self.lease_doubted = False
        self.deserted: Future[object] | None = None

    def agree_with(self, job: BaseJob, options: ExecutionOptions) -> None:
        """Settles patience and time limit: what the submit said, else the class, else settings."""
        header = self._lease.record.header
        retry = options.retry if job.retry is BaseJob.retry else job.retry
        timeout = options.timeout if job.timeout is BaseJob.timeout else job.timeout
        self.retry = header.retry or retry
        self.timeout = header.timeout or timeout

    @property
    def job_id(self) -> JobId:
        return self._lease.record.id

    @property
    def attempt(self) -> int:
        return self._lease.record.attempts + 1

    @property
    def max_attempts(self) -> int:
        return self.retry.max_attempts

    @property
    def idempotency_key(self) -> str:
        return self._lease.record.id

    @property
    def fencing_token(self) -> int:
        return self._lease.record.standing.token

    @property
    def deadline(self) -> datetime:
        return self.begun_at + self.timeout

    @property
    def lease_lost(self) -> bool:
        return self.stopped is StopReason.LEASE_LOST or self.lease_doubted

    @property
    def cancelled(self) -> bool:
        return self.stopped is StopReason.CANCEL

    @property
    def log(self) -> "LoggerAdapter[Logger]":
        logger = getLogger("jobsys.job")
        if self._lines is None:
            return LoggerAdapter(logger, ids(self._lease))
        return HandlerLogger(logger, self._lease, self._lines)

    @property
    def log_level(self) -> int:
        """The least severe level at which anybody hears what the handler logs, or keeps it."""
        heard = getLogger("jobsys.job").getEffectiveLevel()
        return heard if self._lines is None else min(heard, self._lines.level)

    @property
    def metrics(self) -> CustomMetrics:
        return self._metrics

    @property
    def trace(self) -> TraceContext | None:
        """What the handler's process continues the trace by; None where there is none."""
        return None

    async def progress(self, percent: int, message: str = "") -> None:
        self.told = told_progress(percent, message)


def told_progress(percent: int, message: str) -> tuple[int, str]:
    """Returns progress as it is kept.

    Raises:
        InvalidJob: it is no percentage.
    """
    if not 0 <= percent <= 100:
        raise InvalidJob(f"progress is a percentage from 0 to 100, not {percent}")
    return int(percent), storable(clipped(message, LONGEST_MESSAGE))
