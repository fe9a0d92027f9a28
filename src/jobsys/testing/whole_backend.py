"""A backend that all conformance suites can test."""

from abc import abstractmethod
from typing import Protocol

from jobsys.testing.backend import (
    CircuitsUnderTest,
    EventBusUnderTest,
    JobLogsUnderTest,
    PresenceUnderTest,
    QueuePoliciesUnderTest,
    ResettableBackend,
    RosterUnderTest,
    StoreCheckerUnderTest,
)


class WholeBackend(
    ResettableBackend,
    StoreCheckerUnderTest,
    QueuePoliciesUnderTest,
    EventBusUnderTest,
    PresenceUnderTest,
    CircuitsUnderTest,
    JobLogsUnderTest,
    RosterUnderTest,
    Protocol,
):
    """All ports over one store, as every shipped backend has them."""

    @abstractmethod
    async def close(self) -> None:
        """Closes every connection that the backend has opened."""
