"""Background jobs whose promises are executable."""

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from jobsys.application.commands import CancelOutcome
    from jobsys.application.service import BackgroundJobService
    from jobsys.config import Settings, WorkerSettings
    from jobsys.container import JobsysContainer
    from jobsys.domain.base_job import BaseJob
    from jobsys.domain.errors import (
        BackgroundFull,
        ChildDied,
        ConfigurationError,
        IllegalTransition,
        InvalidJob,
        InvalidSchedule,
        JobNotFound,
        JobsysError,
        JobTimeout,
        NotRunning,
        OutOfCpuTime,
        OutOfMemory,
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
    from jobsys.domain.process_limits import ProcessLimits
    from jobsys.domain.record import JobRecord
    from jobsys.domain.retention import Retention
    from jobsys.domain.retry import RetryPolicy
    from jobsys.domain.schedule import Schedule, ScheduleRule
    from jobsys.domain.status import JobStatus
    from jobsys.domain.verdict import Discard, FailNow, RetryIn, Snooze
    from jobsys.ports.errors import QueueUnavailable
    from jobsys.ports.job_handler import JobContext, JobHandler
    from jobsys.ports.middleware import CallNext, Middleware

__all__ = [
    "BackgroundFull",
    "BackgroundJobService",
    "BaseJob",
    "CallNext",
    "CancelOutcome",
    "ChildDied",
    "CleanupJob",
    "ConfigurationError",
    "Discard",
    "EmailJob",
    "FailNow",
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
    "JobTimeout",
    "JobsysContainer",
    "JobsysError",
    "Middleware",
    "NotRunning",
    "OutOfCpuTime",
    "OutOfMemory",
    "PayloadTooLarge",
    "ProcessLimits",
    "QueueUnavailable",
    "Retention",
    "RetryIn",
    "RetryPolicy",
    "Schedule",
    "ScheduleNotFound",
    "ScheduleRule",
    "Settings",
    "Snooze",
    "UnknownJobType",
    "WorkerSettings",
]


_MODULE_OF: Final = {
    "BackgroundFull": "jobsys.domain.errors",
    "BackgroundJobService": "jobsys.application.service",
    "BaseJob": "jobsys.domain.base_job",
    "CallNext": "jobsys.ports.middleware",
    "CancelOutcome": "jobsys.application.commands",
    "ChildDied": "jobsys.domain.errors",
    "CleanupJob": "jobsys.domain.jobs.cleanup",
    "ConfigurationError": "jobsys.domain.errors",
    "Discard": "jobsys.domain.verdict",
    "EmailJob": "jobsys.domain.jobs.email",
    "FailNow": "jobsys.domain.verdict",
    "FileProcessingJob": "jobsys.domain.jobs.file_processing",
    "IllegalTransition": "jobsys.domain.errors",
    "InvalidJob": "jobsys.domain.errors",
    "InvalidSchedule": "jobsys.domain.errors",
    "JobContext": "jobsys.ports.job_handler",
    "JobHandler": "jobsys.ports.job_handler",
    "JobId": "jobsys.domain.job_id",
    "JobNotFound": "jobsys.domain.errors",
    "JobNotice": "jobsys.domain.notice",
    "JobPriority": "jobsys.domain.priority",
    "JobRecord": "jobsys.domain.record",
    "JobStatus": "jobsys.domain.status",
    "JobTimeout": "jobsys.domain.errors",
    "JobsysContainer": "jobsys.container",
    "JobsysError": "jobsys.domain.errors",
    "Middleware": "jobsys.ports.middleware",
    "NotRunning": "jobsys.domain.errors",
    "OutOfCpuTime": "jobsys.domain.errors",
    "OutOfMemory": "jobsys.domain.errors",
    "PayloadTooLarge": "jobsys.domain.errors",
    "ProcessLimits": "jobsys.domain.process_limits",
    "QueueUnavailable": "jobsys.ports.errors",
    "Retention": "jobsys.domain.retention",
    "RetryIn": "jobsys.domain.verdict",
    "RetryPolicy": "jobsys.domain.retry",
    "Schedule": "jobsys.domain.schedule",
    "ScheduleNotFound": "jobsys.domain.errors",
    "ScheduleRule": "jobsys.domain.schedule",
    "Settings": "jobsys.config",
    "Snooze": "jobsys.domain.verdict",
    "UnknownJobType": "jobsys.domain.errors",
    "WorkerSettings": "jobsys.config",
}
"""Each public name is loaded at its first use: who imports one does not wait for the others."""


def __getattr__(name: str) -> object:
    """Loads a public name at its first use."""
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'jobsys' has no attribute {name!r}")
    found: object = getattr(import_module(_MODULE_OF[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """Returns the public names, loaded or not."""
    return list(__all__)
