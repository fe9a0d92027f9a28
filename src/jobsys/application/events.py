"""What a caller says of the events it wants, and how it gets them."""

from collections import deque
from collections.abc import AsyncIterator, Collection

from jobsys.domain.errors import InvalidJob
from jobsys.domain.names import checked_name, normalised
from jobsys.domain.notice import JobNotice, NoticeInterest
from jobsys.domain.status import JobStatus
from jobsys.ports.subscription import Subscription


def interest_in(
    statuses: Collection[JobStatus | str], queue: str | None, job_type: str | None
) -> NoticeInterest:
    """Returns a checked interest; whatever is left out wants all.

    Raises:
        InvalidJob: there is no such status, or what is named is no name.
    """
    try:
        wanted = frozenset(JobStatus(status) for status in statuses)
    except ValueError as error:
        known = ", ".join(JobStatus)
        raise InvalidJob(f"events: {error}: the statuses are {known}") from error
    return NoticeInterest(
        wanted,
        frozenset() if queue is None else {checked_name("queue", queue)},
        frozenset() if job_type is None else {normalised(job_type)},
    )


class JobNotices(AsyncIterator[JobNotice]):
    """Yields notices one by one, as they come; it ends only with its context."""

    def __init__(self, subscription: Subscription) -> None:
        self._subscription = subscription
        self._taken: deque[JobNotice] = deque()

    @property
    def lost(self) -> int:
        """How many notices it was too slow for."""
        return self._subscription.lost

    async def __anext__(self) -> JobNotice:
        while not self._taken:
            self._taken.extend(await anext(self._subscription))
        return self._taken.popleft()
