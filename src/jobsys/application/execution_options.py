"""What holds for every attempt, unless its job or its class says otherwise."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from jobsys.application.log_sender import LogSender
from jobsys.domain.base_job import BaseJob
from jobsys.domain.retry import RetryPolicy


@dataclass(frozen=True, slots=True)
class ExecutionOptions:
    """What holds for jobs whose class says nothing.

    `max_result` is in bytes of JSON; `unroutable_after` is how long a job may wait for a handler.
    `lines` takes what handlers log.
    """

    retry: RetryPolicy = BaseJob.retry
    timeout: timedelta = BaseJob.timeout
    max_result: int = 256 * 1024
    unroutable_after: timedelta = timedelta(hours=1)
    lines: LogSender | None = None


DEFAULT_OPTIONS: Final = ExecutionOptions()
