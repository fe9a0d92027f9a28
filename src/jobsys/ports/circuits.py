"""The circuits of a deployment: what all workers know of the dependencies that they share."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from jobsys.domain.circuit_state import CircuitState
from jobsys.domain.circuit_steps import CircuitAnswer, CircuitStep
from jobsys.domain.value import value


@value
class KnownCircuits:
    """The circuits that are remembered, by name, and what the backend's clock shows."""

    states: Mapping[str, CircuitState]
    now: datetime


class Circuits(Protocol):
    """Remembers circuits, and applies the steps of `domain.circuit_steps` by its own clock.

    A circuit that nobody has told anything of is closed, without failures.
    A circuit of which nobody has told anything for a day is forgotten.
    A circuit that cannot be read is as new.
    Every method raises `QueueUnavailable` when the backend does not answer.
    """

    @abstractmethod
    async def take(self, steps: Sequence[CircuitStep]) -> Sequence[CircuitAnswer]:
        """Applies steps in their order, and returns where each left its circuit.

        All steps of a call are one: of two callers, one sees what the other has changed.
        A step that changes nothing writes nothing.
        What the last of the failures in a row said is remembered with them, and since when.
        A failure whose answer was lost may count twice when it is told again; nothing else does.
        """

    @abstractmethod
    async def known(self) -> KnownCircuits:
        """Returns all circuits that are remembered."""
