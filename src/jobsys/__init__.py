"""Background jobs whose promises are executable."""

from importlib import import_module
from typing import TYPE_CHECKING

from jobsys.application.commands import CancelOutcome
from jobsys.application.service import BackgroundJobService
from jobsys.config import Settings, WorkerSettings
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
from jobsys.domain.jobs.cleanup import CleanupJob
from jobsys.domain.jobs.email import EmailJob
from jobsys.domain.jobs.file_processing import FileProcessingJob
from jobsys.domain.notice import JobNotice
from jobsys.domain.priority import JobPriority
from jobsys.domain.record import JobRecord
from jobsys.domain.retention import Retention
from jobsys.domain.retry import RetryPolicy
from jobsys.domain.schedule import Schedule, ScheduleRule
from jobsys.domain.status import JobStatus
from jobsys.ports.errors import QueueUnavailable
from jobsys.ports.job_handler import JobContext, JobHandler
from jobsys.ports.middleware import CallNext, Middleware

if TYPE_CHECKING:
    from jobsys.container import JobsysContainer

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


def __getattr__(name: str) -> object:
    """Loads the container at its first use: a producer need not pay for every adapter."""
    if name == "JobsysContainer":
        return import_module("jobsys.container").JobsysContainer
    raise AttributeError(f"module 'jobsys' has no attribute {name!r}")
