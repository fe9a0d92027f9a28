"""jobsys for code that is not async: Django, Flask, scripts."""

from jobsys.blocking.jobs import BlockingJobs, get_service
from jobsys.blocking.service import BlockingJobService, BlockingScheduleBook

__all__ = ["BlockingJobService", "BlockingJobs", "BlockingScheduleBook", "get_service"]
