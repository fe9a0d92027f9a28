"""Background jobs whose promises are executable."""

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from jobsys.adapters.sql.inbox import Inbox
    from jobsys.application.commands import CancelOutcome
    from jobsys.application.dead_letter_context import DeadLetterContext
    from jobsys.application.dead_letter_moves import DeadLetterOutcome
    from jobsys.application.outbox import Outbox
    from jobsys.application.service import BackgroundJobService
    from jobsys.config import Settings, WorkerSettings
    from jobsys.container import JobsysContainer
    from jobsys.domain.alert import AlertSeverity
    from jobsys.domain.base_job import BaseJob
    from jobsys.domain.circuit import Circuit
    from jobsys.domain.circuit_state import CircuitPhase, CircuitStatus
    from jobsys.domain.dead_letter import DeadLetterFilter
    from jobsys.domain.errors import (
        BackgroundFull,
        ChildDied,
        ConfigurationError,
        DuplicateJob,
        IllegalTransition,
        InvalidJob,
        InvalidSchedule,
        JobNotFound,
        JobsysError,
        JobTimeout,
        NotRunning,
        OutOfCpuTime,
        OutOfMemory,
        PayloadChanged,
        PayloadTooLarge,
        QueueFull,
        ScheduleNotFound,
        UnknownJobType,
    )
    from jobsys.domain.job_filter import JobFilter
    from jobsys.domain.job_id import JobId
    from jobsys.domain.jobs.cleanup import CleanupJob
    from jobsys.domain.jobs.email import EmailJob
    from jobsys.domain.jobs.file_processing import FileProcessingJob
    from jobsys.domain.jobs.webhook import WebhookJob
    from jobsys.domain.log_line import LogLine
    from jobsys.domain.notice import JobNotice
    from jobsys.domain.priority import JobPriority
    from jobsys.domain.process_limits import ProcessLimits
    from jobsys.domain.queue_policy import QueuePolicy
    from jobsys.domain.record import JobRecord
    from jobsys.domain.retention import Retention
    from jobsys.domain.retry import RetryPolicy
    from jobsys.domain.schedule import Schedule
    from jobsys.domain.schedule_rule import ScheduleRule
    from jobsys.domain.status import JobStatus
    from jobsys.domain.unique import Unique
    from jobsys.domain.verdict import Discard, FailNow, RetryIn, Snooze
    from jobsys.domain.webhook_signature import InvalidSignature, verify_webhook
    from jobsys.ports.errors import QueueUnavailable
    from jobsys.ports.job_handler import JobContext, JobHandler
    from jobsys.ports.middleware import CallNext, Middleware

__all__ = [
    "AlertSeverity",
    "BackgroundFull",
    "BackgroundJobService",
    "BaseJob",
    "CallNext",
    "CancelOutcome",
    "ChildDied",
    "Circuit",
    "CircuitPhase",
    "CircuitStatus",
    "CleanupJob",
    "ConfigurationError",
    "DeadLetterContext",
    "DeadLetterFilter",
    "DeadLetterOutcome",
    "Discard",
    "DuplicateJob",
    "EmailJob",
    "FailNow",
    "FileProcessingJob",
    "IllegalTransition",
    "Inbox",
    "InvalidJob",
    "InvalidSchedule",
    "InvalidSignature",
    "JobContext",
    "JobFilter",
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
    "LogLine",
    "Middleware",
    "NotRunning",
    "OutOfCpuTime",
    "OutOfMemory",
    "Outbox",
    "PayloadChanged",
    "PayloadTooLarge",
    "ProcessLimits",
    "QueueFull",
    "QueuePolicy",
    "QueueUnavailable",
    "Retention",
    "RetryIn",
    "RetryPolicy",
    "Schedule",
    "ScheduleNotFound",
    "ScheduleRule",
    "Settings",
    "Snooze",
    "Unique",
    "UnknownJobType",
    "WebhookJob",
    "WorkerSettings",
    "verify_webhook",
]


_ERRORS: Final = (
    *("BackgroundFull", "ChildDied", "ConfigurationError", "DuplicateJob"),
    *("IllegalTransition", "InvalidJob", "InvalidSchedule", "JobNotFound", "JobTimeout"),
    *("JobsysError", "NotRunning", "OutOfCpuTime", "OutOfMemory", "PayloadChanged"),
    *("PayloadTooLarge", "QueueFull", "ScheduleNotFound", "UnknownJobType"),
)  # fmt: skip
_MODULE_OF: Final = {
    **dict.fromkeys(_ERRORS, "jobsys.domain.errors"),
    "AlertSeverity": "jobsys.domain.alert",
    "BackgroundJobService": "jobsys.application.service",
    "BaseJob": "jobsys.domain.base_job",
    "CallNext": "jobsys.ports.middleware",
    "CancelOutcome": "jobsys.application.commands",
    "Circuit": "jobsys.domain.circuit",
    "CircuitPhase": "jobsys.domain.circuit_state",
    "CircuitStatus": "jobsys.domain.circuit_state",
    "CleanupJob": "jobsys.domain.jobs.cleanup",
    "DeadLetterContext": "jobsys.application.dead_letter_context",
    "DeadLetterFilter": "jobsys.domain.dead_letter",
    "DeadLetterOutcome": "jobsys.application.dead_letter_moves",
    "Discard": "jobsys.domain.verdict",
    "EmailJob": "jobsys.domain.jobs.email",
    "FailNow": "jobsys.domain.verdict",
    "FileProcessingJob": "jobsys.domain.jobs.file_processing",
    "Inbox": "jobsys.adapters.sql.inbox",
    "InvalidSignature": "jobsys.domain.webhook_signature",
    "JobContext": "jobsys.ports.job_handler",
    "JobFilter": "jobsys.domain.job_filter",
    "JobHandler": "jobsys.ports.job_handler",
    "JobId": "jobsys.domain.job_id",
    "JobNotice": "jobsys.domain.notice",
    "JobPriority": "jobsys.domain.priority",
    "JobRecord": "jobsys.domain.record",
    "JobStatus": "jobsys.domain.status",
    "JobsysContainer": "jobsys.container",
    "LogLine": "jobsys.domain.log_line",
    "Middleware": "jobsys.ports.middleware",
    "Outbox": "jobsys.application.outbox",
    "ProcessLimits": "jobsys.domain.process_limits",
    "QueuePolicy": "jobsys.domain.queue_policy",
    "QueueUnavailable": "jobsys.ports.errors",
    "Retention": "jobsys.domain.retention",
    "RetryIn": "jobsys.domain.verdict",
    "RetryPolicy": "jobsys.domain.retry",
    "Schedule": "jobsys.domain.schedule",
    "ScheduleRule": "jobsys.domain.schedule",
    "Settings": "jobsys.config",
    "Snooze": "jobsys.domain.verdict",
    "Unique": "jobsys.domain.unique",
    "WebhookJob": "jobsys.domain.jobs.webhook",
    "WorkerSettings": "jobsys.config",
    "verify_webhook": "jobsys.domain.webhook_signature",
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
