"""What a way out for mail shows of itself so that the conformance suite can test it."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Protocol

from jobsys.ports.mailer import Mailer


class PostUnderTest(Protocol):
    """A mailer, and the place where what it hands over arrives."""

    @property
    @abstractmethod
    def mailer(self) -> Mailer:
        """The adapter that is tested."""

    @abstractmethod
    async def arrived(self) -> Sequence[bytes]:
        """Returns the mails that have arrived, as they are, in any order."""

    @abstractmethod
    async def break_down(self) -> None:
        """Makes the place take no mail from now on."""
