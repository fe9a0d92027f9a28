"""Processes beside the worker in which single jobs run."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Protocol

from jobsys.domain.process_limits import ProcessLimits
from jobsys.domain.value import value
from jobsys.ports.lifecycle import Component


class Errand(Protocol):
    """What one child process shall do once; the bytes mean something to the two ends alone."""

    @property
    @abstractmethod
    def limits(self) -> ProcessLimits:
        """What the process may use."""

    @property
    @abstractmethod
    def order(self) -> bytes:
        """What the child is given."""

    @property
    @abstractmethod
    def notice_in(self) -> float:
        """In how many seconds the child is told that its time is short; 0: never."""

    @abstractmethod
    def hear(self, note: bytes) -> None:
        """Takes what the child says meanwhile; raises nothing."""

    @abstractmethod
    def news(self) -> bytes | None:
        """Returns what the child shall know that has changed since the last call, if anything."""


class ProcessRunner(Component, Protocol):
    """Has warm child processes do errands, each one errand at a time."""

    @abstractmethod
    def check(self) -> None:
        """Returns where this system has what it takes.

        Raises:
            ConfigurationError: it has not.
        """

    @property
    @abstractmethod
    def is_running(self) -> bool:
        """True between start and stop."""

    @abstractmethod
    async def run(self, errand: Errand) -> bytes:
        """Returns what a child answers; from any event loop of this process.

        Cancelling the call asks the child to end, and kills it, with every process of its group,
        half a second later, whatever it is doing. A child ends with this process, too.

        Raises:
            ConfigurationError: no child can be made here.
            ChildDied: the child died without an answer.
            OutOfCpuTime: it died of its limit on computing time.
        """


@value
class Answer:
    """What a child says at the end of an errand; after its last one it ends."""

    text: bytes
    is_last: bool = False


class ParentLine(Protocol):
    """What a child hears and says during an errand, from any thread."""

    @abstractmethod
    def tell(self, note: bytes) -> None:
        """Says something to the parent."""

    @abstractmethod
    def news(self) -> Sequence[bytes]:
        """Returns what the parent has told since the last call, without waiting."""


class ChildWork(Protocol):
    """What a child process is there for."""

    @abstractmethod
    def begin(self, parent: ParentLine) -> None:
        """Makes ready, once in each child, before the first order."""

    @abstractmethod
    def carry_out(self, order: bytes) -> Answer:
        """Does what is ordered.

        Raises:
            MemoryError: there is not enough memory for it; nothing else is raised.
        """

    @abstractmethod
    def failed(self, error: BaseException) -> bytes:
        """Returns what answers an order that failed for a reason of the child's."""

    @abstractmethod
    def time_is_short(self) -> None:
        """Asks what is being carried out to end; a signal calls it, so that it may raise there."""

    @abstractmethod
    def end(self) -> None:
        """Ends what is being carried out, if the parent's news say so; may raise, as above."""
