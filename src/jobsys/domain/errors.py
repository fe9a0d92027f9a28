"""What can go wrong, as far as a caller can cause or handle it. Every error has a stable code."""

from collections.abc import Sequence
from inspect import getdoc
from typing import ClassVar


class JobsysError(Exception):
    """Something went wrong in jobsys."""

    code: ClassVar[str] = "JOBSYS"

    def __init__(self, message: str = "") -> None:
        super().__init__(message or getdoc(type(self)) or self.code)


class ConfigurationError(JobsysError):
    """The settings, or what the container was given, cannot work."""

    code = "CONFIGURATION"


class JobError(JobsysError):
    """A request about a job cannot be carried out."""

    code = "JOB"


class InvalidJob(JobError):
    """The job's payload or options are not valid."""

    code = "VAL_2001"


class InvalidName(InvalidJob):
    """A queue, type, key or worker has a name that is not allowed."""

    code = "INVALID_NAME"


class PayloadTooLarge(InvalidJob):
    """The payload is larger or deeper than jobsys stores."""

    code = "PAYLOAD_TOO_LARGE"


class QueueFull(JobError):
    """As many jobs wait in the queue as its policy allows.

    `refused` names those that were not stored; other jobs of the same call are.
    """

    code = "QUEUE_FULL"

    def __init__(self, message: str = "", refused: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.refused = refused


class QueueClosed(QueueFull):
    """The queue takes no new jobs: it is being drained."""

    code = "QUEUE_CLOSED"


class DuplicateJob(JobError):
    """A job that must be unique is there already; `existing` is its id.

    `refused` names those that were not stored; other jobs of the same call are.
    """

    code = "DUPLICATE_JOB"

    def __init__(self, message: str = "", existing: str = "", refused: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.existing = existing
        self.refused = refused


class InvalidSchedule(InvalidJob):
    """The schedule's rule cannot be read, or never fires."""

    code = "INVALID_SCHEDULE"


class BackgroundFull(JobError):
    """As many calls run in the background of this process as its limit allows."""

    code = "BACKGROUND_FULL"


class NotRunning(JobError):
    """The lifecycle has not started, or has stopped."""

    code = "NOT_RUNNING"


class UnknownJobType(JobError):
    """No job class is registered under this type."""

    code = "UNKNOWN_JOB_TYPE"


class NewerVersion(UnknownJobType):
    """The job was made by a newer version of its class than the one that is registered."""

    code = "NEWER_VERSION"


class JobNotFound(JobError):
    """No job has this id: it never existed, was deleted, or its retention is over."""

    code = "JOB_NOT_FOUND"


class ScheduleNotFound(JobError):
    """No schedule has this id: it never existed, was removed, or has fired for the last time."""

    code = "SCHEDULE_NOT_FOUND"


class IllegalTransition(JobError):
    """The job's state does not allow this."""

    code = "ILLEGAL_TRANSITION"


class PayloadChanged(JobError):
    """Somebody else has edited the job since its payload was looked at."""

    code = "PAYLOAD_CHANGED"


class ExecutionError(JobsysError):
    """An attempt could not run to its end."""

    code = "SRV_6001"


class JobTimeout(ExecutionError):
    """The attempt took longer than the job's timeout."""

    code = "JOB_TIMEOUT"


class ChildDied(ExecutionError):
    """The process in which the job ran died."""

    code = "CHILD_DIED"


class OutOfMemory(ExecutionError, MemoryError):
    """The job needed more memory than its limit."""

    code = "OUT_OF_MEMORY"


class OutOfCpuTime(ExecutionError):
    """The job computed for longer than its limit."""

    code = "OUT_OF_CPU_TIME"


class InvalidResult(ExecutionError):
    """What the handler returned cannot be kept as JSON."""

    code = "INVALID_RESULT"


class ResultTooLarge(InvalidResult):
    """What the handler returned is larger than jobsys keeps."""

    code = "RESULT_TOO_LARGE"


class FileRejected(ExecutionError):
    """The file cannot be accepted: it is missing, outside the allowed roots, or of a wrong kind."""

    code = "FILE_4001"


class FileProcessingFailed(ExecutionError):
    """The file was accepted, but working on it failed."""

    code = "FILE_4004"


class MailRefused(ExecutionError):
    """The mail cannot be sent as it is: its recipients, its template or its headers do not do."""

    code = "MAIL_REFUSED"


class WebhookRefused(ExecutionError):
    """The webhook cannot be posted as it is: its URL, or the address behind it, is not allowed."""

    code = "WEBHOOK_REFUSED"
