"""jobsys for code that is not async: Django, Flask, scripts."""

from jobsys.blocking.books import (
    BlockingCircuitBook,
    BlockingDeadLetterBook,
    BlockingQueueBook,
    BlockingScalingBook,
    BlockingScheduleBook,
    BlockingWorkerBook,
)
from jobsys.blocking.jobs import BlockingJobs, get_service
from jobsys.blocking.service import BlockingJobService

__all__ = [
    "BlockingCircuitBook",
    "BlockingDeadLetterBook",
    "BlockingJobService",
    "BlockingJobs",
    "BlockingQueueBook",
    "BlockingScalingBook",
    "BlockingScheduleBook",
    "BlockingWorkerBook",
    "get_service",
]
