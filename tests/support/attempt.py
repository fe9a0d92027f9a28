"""An attempt as a handler sees it, made up."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from logging import Logger, LoggerAdapter, getLogger

from jobsys.adapters.null.job_metrics import NullCustomMetrics
from jobsys.domain.job_id import JobId
from jobsys.ports.job_metrics import CustomMetrics


def nothing() -> None:
    """What happens at a report of progress unless a test wants more."""


@dataclass
class Context:
    """An attempt whose reports are kept; `at_report` may change what it says from then on."""

    at_report: Callable[[], None] = nothing
    reports: list[int] = field(default_factory=list)
    cancelled: bool = False
    lease_lost: bool = False
    job_id: JobId = field(default_factory=lambda: JobId("file_processing:1"))
    attempt: int = 1
    max_attempts: int = 1
    idempotency_key: str = "file_processing:1"
    fencing_token: int = 1
    metrics: CustomMetrics = field(default_factory=NullCustomMetrics)
    deadline: datetime = field(default_factory=lambda: datetime.now(UTC) + timedelta(minutes=1))
    log: "LoggerAdapter[Logger]" = field(default_factory=lambda: LoggerAdapter(getLogger("test")))

    async def progress(self, percent: int, message: str = "") -> None:
        self.reports.append(percent)
        self.at_report()
