"""jobsys for code that is not async: Django, Flask, scripts."""

from jobsys.blocking.jobs import BlockingJobs, get_service
from jobsys.blocking.service import (
    BlockingDeadLetterBook,
    BlockingJobService,
    BlockingScheduleBook,
)

__all__ = [
    "BlockingDeadLetterBook",
    "BlockingJobService",
    "BlockingJobs",
    "BlockingScheduleBook",
    "get_service",
]
