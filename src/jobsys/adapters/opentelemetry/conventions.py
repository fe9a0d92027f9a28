"""The names by which the semantic conventions for messaging call things, and a few of our own.

https://opentelemetry.io/docs/specs/semconv/messaging/
"""

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from jobsys.domain.lease import Lease
from jobsys.ports.submission import Submission

Attributes: TypeAlias = dict[str, str | int]

SYSTEM: Final = "messaging.system"
OPERATION: Final = "messaging.operation.name"
OPERATION_TYPE: Final = "messaging.operation.type"
DESTINATION: Final = "messaging.destination.name"
MESSAGE_ID: Final = "messaging.message.id"
MESSAGE_COUNT: Final = "messaging.batch.message_count"
ERROR_TYPE: Final = "error.type"
EXCEPTION: Final = "exception"
EXCEPTION_TYPE: Final = "exception.type"
EXCEPTION_MESSAGE: Final = "exception.message"
EXCEPTION_TRACEBACK: Final = "exception.stacktrace"

JOB_TYPE: Final = "jobsys.job.type"
JOB_ATTEMPT: Final = "jobsys.job.attempt"
JOB_OUTCOME: Final = "jobsys.job.outcome"


def of_operation(name: str) -> Attributes:
    """Returns what each span and each measurement of an operation says."""
    return {SYSTEM: "jobsys", OPERATION: name, OPERATION_TYPE: name}


def of_submissions(operation: str, submissions: Sequence[Submission]) -> Attributes:
    """Returns what a span says of jobs on their way in: what they have in common, or the one's id."""
    told = of_operation(operation)
    queues = {one.job_id.queue for one in submissions}
    types = {one.header.type for one in submissions}
    for attribute, names in ((DESTINATION, queues), (JOB_TYPE, types)):
        if len(names) == 1:
            told[attribute] = names.pop()
    if len(submissions) == 1:
        told[MESSAGE_ID] = submissions[0].job_id
    else:
        told[MESSAGE_COUNT] = len(submissions)
    return told


def of_lease(operation: str, lease: Lease) -> Attributes:
    """Returns what a span says of an attempt."""
    record = lease.record
    return {
        **of_operation(operation),
        DESTINATION: record.id.queue,
        MESSAGE_ID: record.id,
        JOB_TYPE: record.job_type,
        JOB_ATTEMPT: record.attempts + 1,
    }


def span_name(attributes: Mapping[str, str | int]) -> str:
    """Returns the operation, and where it goes if that is one place.

    >>> span_name({"messaging.operation.name": "send", "messaging.destination.name": "mails"})
    'send mails'
    """
    return " ".join(
        str(attributes[name]) for name in (OPERATION, DESTINATION) if name in attributes
    )
