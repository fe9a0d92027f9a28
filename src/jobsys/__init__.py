"""Background jobs whose promises are executable."""

from importlib import import_module
from typing import TYPE_CHECKING, Final

from jobsys.domain.base_job import BaseJob
from jobsys.domain.errors import (
    BackgroundFull,
    ConfigurationError,
    IllegalTransition,
    InvalidJob,
    InvalidSchedule,
    JobNotFound,
    JobsysError,
    NotRunning,
    PayloadTooLarge,
    ScheduleNotFound,
    UnknownJobType,
)
from jobsys.domain.job_id import JobId
from jobsys.domain.priority import JobPriority
from jobsys.domain.retention import Retention
from jobsys.domain.retry import RetryPolicy
from jobsys.domain.status import JobStatus
from jobsys.ports.errors import QueueUnavailable

if TYPE_CHECKING:
    from jobsys.application.commands import CancelOutcome
    from jobsys.application.service import BackgroundJobService
    from jobsys.config import Settings, WorkerSettings
    from jobsys.container import JobsysContainer
    from jobsys.domain.jobs.cleanup import CleanupJob
    from jobsys.domain.jobs.email import EmailJob
    from jobsys.domain.jobs.file_processing import FileProcessingJob
    from jobsys.domain.notice import JobNotice
    from jobsys.domain.record import JobRecord
    from jobsys.domain.schedule import Schedule, ScheduleRule
    from jobsys.ports.job_handler import JobContext, JobHandler
    from jobsys.ports.middleware import CallNext, Middleware

__all__ = [
    "BackgroundFull",
    "BackgroundJobService",
    "BaseJob",
    "CallNext",
    "CancelOutcome",
    "CleanupJob",
    "ConfigurationError",
    "EmailJob",
    "FileProcessingJob",
    "IllegalTransition",
    "InvalidJob",
    "InvalidSchedule",
    "JobContext",
    "JobHandler",
    "JobId",
    "JobNotFound",
    "JobNotice",
    "JobPriority",
    "JobRecord",
    "JobStatus",
    "JobsysContainer",
    "JobsysError",
    "Middleware",
    "NotRunning",
    "PayloadTooLarge",
    "QueueUnavailable",
    "Retention",
    "RetryPolicy",
    "Schedule",
    "ScheduleNotFound",
    "ScheduleRule",
    "Settings",
    "UnknownJobType",
    "WorkerSettings",
]


_LOADED_AT_FIRST_USE: Final = {
    "BackgroundJobService": "jobsys.application.service",
    "CallNext": "jobsys.ports.middleware",
    "CancelOutcome": "jobsys.application.commands",
    "CleanupJob": "jobsys.domain.jobs.cleanup",
    "EmailJob": "jobsys.domain.jobs.email",
    "FileProcessingJob": "jobsys.domain.jobs.file_processing",
    "JobContext": "jobsys.ports.job_handler",
    "JobHandler": "jobsys.ports.job_handler",
    "JobNotice": "jobsys.domain.notice",
    "JobRecord": "jobsys.domain.record",
    "JobsysContainer": "jobsys.container",
    "Middleware": "jobsys.ports.middleware",
    "Schedule": "jobsys.domain.schedule",
    "ScheduleRule": "jobsys.domain.schedule",
    "Settings": "jobsys.config",
    "WorkerSettings": "jobsys.config",
}
"""Where the names are for which not everyone who defines a job should wait."""


def __getattr__(name: str) -> object:
    """Loads a public name at its first use."""
    if name not in _LOADED_AT_FIRST_USE:
        raise AttributeError(f"module 'jobsys' has no attribute {name!r}")
    found: object = getattr(import_module(_LOADED_AT_FIRST_USE[name]), name)
    globals()[name] = found
    return found
