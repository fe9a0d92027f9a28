"""How processes tell one another what has become of jobs."""

from abc import abstractmethod
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from jobsys.domain.notice import JobNotice, NoticeInterest
from jobsys.ports.subscription import Subscription


class EventBus(Protocol):
    """Carries notices to whoever listens now, at most once; nothing is kept for later.

    Everything that it tells can be asked of the inspector as well.
    """

    @abstractmethod
    async def publish(self, notices: Sequence[JobNotice]) -> bool:
        """Hands notices to every listener, and says whether there is any.

        While nobody listens it writes nothing.
        It says so again once the last listener has left.
        A listener whose process has died is forgotten, after ten seconds at the latest.
        A listener that is slow delays nobody.
        It never raises: what a backend that is away does not take is lost, and logged.
        """

    @abstractmethod
    def subscribe(self, interest: NoticeInterest) -> AbstractAsyncContextManager[Subscription]:
        """Listens while the context is entered.

        A listener gets what is published once it has entered, and nothing from before.
        Notices come as they were published, in the order of each publisher.
        It gets those of its interest: statuses, queues, job types.
        Each of several listeners gets all of its own.
        A listener in another process gets the same.
        A slow listener loses the oldest notices, and `lost` says how many.

        Raises:
            QueueUnavailable: the backend does not answer; once entered, it is waited for.
        """
