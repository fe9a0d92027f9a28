"""Jobs on their way into a queue, and what they are answered."""

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from jobsys.domain.envelope import Header
from jobsys.domain.job_id import JobId
from jobsys.domain.payload import JobPayload
from jobsys.domain.priority import JobPriority
from jobsys.domain.queue_policy import QueuePolicy
from jobsys.domain.unique import UniqueClaim
from jobsys.domain.value import value


@value
class Submission:
    """A job on its way in; `due` is when it may start: an instant, or a delay from now."""

    job_id: JobId
    header: Header
    payload: JobPayload
    priority: JobPriority = JobPriority.NORMAL
    due: timedelta | datetime | None = None
    blocked: bool = False
    unique: UniqueClaim | None = None


class Receipt(StrEnum):
    """What became of a submission."""

    CREATED = "created"
    EXISTS = "exists"
    FULL = "full"
    CLOSED = "closed"


class Duplicate(NamedTuple):
    """Another job keeps a submission out."""

    of: JobId


Answer: TypeAlias = Receipt | Duplicate
"""What a submission is answered with."""


def refused(policy: QueuePolicy, count_waiting: Callable[[], int]) -> Receipt | None:
    """Returns why a queue takes no new job; None where it does. What waits is counted if it matters."""
    if policy.closed:
        return Receipt.CLOSED
    is_full = policy.max_jobs > 0 and policy.max_jobs <= count_waiting()
    return Receipt.FULL if is_full else None
