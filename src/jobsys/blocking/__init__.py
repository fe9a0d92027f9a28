"""jobsys for code that is not async: Django, Flask, scripts."""

from jobsys.blocking.books import (
    BlockingCircuitBook,
    BlockingDeadLetterBook,
    BlockingQueueBook,
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
    "BlockingScheduleBook",
    "BlockingWorkerBook",
    "get_service",
]
