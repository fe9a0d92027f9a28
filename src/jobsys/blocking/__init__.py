"""jobsys for code that is not async: Django, Flask, scripts."""

from jobsys.blocking.jobs import BlockingJobs, get_service
from jobsys.blocking.service import BlockingCircuitBook, BlockingJobService, BlockingScheduleBook

__all__ = [
    "BlockingCircuitBook",
    "BlockingJobService",
    "BlockingJobs",
    "BlockingScheduleBook",
    "get_service",
]
