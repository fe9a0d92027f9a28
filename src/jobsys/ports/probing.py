"""What a process answers to its monitors."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Protocol

from jobsys.domain.value import value


@value
class Answer:
    """The status of an answer, as HTTP has it, and its JSON values."""

    status: int
    told: Mapping[str, object]


class Probed(Protocol):
    """A process that can be asked how it is."""

    @abstractmethod
    def answer(self, path: str) -> Answer | None:
        """Returns what is told at a path, from any thread; None where there is nothing to tell."""
