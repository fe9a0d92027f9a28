"""What a store is worth: what may be lost of the jobs that it has accepted, and by what."""

from abc import abstractmethod
from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

from jobsys.domain.value import value
from jobsys.ports.lifecycle import Component
from jobsys.ports.room import Room


class Severity(StrEnum):
    """How much a weakness matters."""

    CRITICAL = "critical"
    """Jobs are lost while everything works, or when one process dies."""
    WARNING = "warning"
    """Jobs are lost when the host dies, or nobody can say."""
    INFO = "info"
    """The backend's URL asks for it."""


@value
class Weakness:
    """One way in which accepted jobs may be lost; `code` is stable, `message` says what mends it.

    `mend` is the command that does so, where there is one.
    """

    code: str
    severity: Severity
    message: str
    mend: str = ""


class Durable(Protocol):
    """What keeps jobs and knows what its keeping is worth."""

    @abstractmethod
    async def weaknesses(self) -> Sequence[Weakness]:
        """Returns how accepted jobs may be lost, the worst first; none where they are safe.

        Each has a code of its own that does not change from release to release.
        Asking changes nothing, and may be repeated.

        Raises:
            QueueUnavailable: the store does not answer.
        """


class DurableComponent(Durable, Component, Protocol):
    """A store that is started, and knows from then on its worth, its room and which run it is."""

    @abstractmethod
    async def incarnation(self) -> str:
        """Names the run of the store.

        While the answer stays the same, nothing that was accepted in between has been lost.
        Another answer says that the last that was accepted before may be: the store has died, or
        another copy of it has taken over.

        Raises:
            QueueUnavailable: the store does not answer.
        """

    @abstractmethod
    async def room(self) -> Room:
        """Returns how much room there is for jobs: those that are kept take more of it.

        What is free is no more than what bounds the store. Asking changes nothing.

        Raises:
            QueueUnavailable: the store does not answer.
        """
