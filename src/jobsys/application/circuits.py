"""What an operator does with circuits."""

from collections.abc import Collection, Sequence

from jobsys.domain.circuit import CircuitRule
from jobsys.domain.circuit_state import CircuitState, CircuitStatus
from jobsys.domain.circuit_steps import CircuitEvent, CircuitStep
from jobsys.domain.factory import JobFactory
from jobsys.domain.names import checked_name
from jobsys.ports.circuits import Circuits


class CircuitBook:
    """The circuits that there are: look at them, open and close them."""

    def __init__(self, circuits: Circuits, factory: JobFactory) -> None:
        self._circuits = circuits
        self._factory = factory

    @property
    def named_here(self) -> Collection[str]:
        """The circuits that the registered job types name."""
        return {one.circuit.name for one in self._factory.known() if one.circuit is not None}

    async def states(self) -> Sequence[CircuitStatus]:
        """Returns the circuits of the registered job types, and all that are remembered, by name."""
        known = await self._circuits.known()
        states = {**dict.fromkeys(self.named_here, CircuitState()), **known.states}
        return [states[name].status(name, known.now) for name in sorted(states)]

    async def open(self, name: str) -> CircuitStatus:
        """Opens a circuit for all workers until it is closed; its jobs are held, and spend nothing.

        Raises:
            InvalidJob: this is no name.
        """
        return await self._take(CircuitEvent.OPENED, name)

    async def close(self, name: str) -> CircuitStatus:
        """Closes a circuit for all workers; jobs that it holds come back at their time.

        Raises:
            InvalidJob: this is no name.
        """
        return await self._take(CircuitEvent.CLOSED, name)

    async def _take(self, event: CircuitEvent, name: str) -> CircuitStatus:
        rule = CircuitRule(checked_name("circuit", name))
        [answer] = await self._circuits.take([CircuitStep(event, rule)])
        return answer.state.status(name, answer.now)
