"""What an operator does with circuits."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from jobsys.domain.base_job import BaseJob
from jobsys.domain.circuit import CircuitRule
from jobsys.domain.circuit_state import CircuitPhase, CircuitState, CircuitStatus
from jobsys.domain.circuit_steps import CircuitEvent, CircuitStep
from jobsys.domain.factory import ANY, JobFactory
from jobsys.domain.names import checked_name
from jobsys.ports.circuits import Circuits


class CircuitBook:
    """The circuits that there are: look at them, open and close them."""

    def __init__(
        self, circuits: Circuits, factory: JobFactory, defaults: CircuitRule = ANY
    ) -> None:
        self._circuits = circuits
        self._factory = factory
        self._defaults = defaults

    @property
    def named_here(self) -> Collection[str]:
        """The circuits that the registered job types name."""
        return self._users().keys()

    async def states(self) -> Sequence[CircuitStatus]:
        """Returns the circuits of the registered job types, and all that are remembered, by name."""
        known, users = await self._circuits.known(), self._users()
        states = {**dict.fromkeys(users, CircuitState()), **known.states}
        return [
            self._shown(name, states[name], known.now, users.get(name, ()))
            for name in sorted(states)
        ]

    async def open(self, name: str) -> CircuitStatus:
        """Opens a circuit for all workers until it is closed; its jobs are held, and spend nothing.

        Raises:
            InvalidJob: this is no name.
        """
        _, after = await self._take(CircuitEvent.OPENED, name)
        return after

    async def close(self, name: str) -> CircuitStatus:
        """Closes a circuit for all workers; jobs that it held come back by `back_within`.

        Raises:
            InvalidJob: this is no name.
        """
        before, after = await self._take(CircuitEvent.CLOSED, name)
        return replace(after, back_within=before.back_within)

    async def _take(self, event: CircuitEvent, name: str) -> tuple[CircuitStatus, CircuitStatus]:
        """Returns where a circuit stood before it was told something, and where it stands now."""
        rule, users = CircuitRule(checked_name("circuit", name)), self._users().get(name, ())
        steps = [CircuitStep(CircuitEvent.LOOKED, rule), CircuitStep(event, rule)]
        before, after = [
            self._shown(name, answer.state, answer.now, users)
            for answer in await self._circuits.take(steps)
        ]
        return before, after

    def _users(self) -> Mapping[str, Sequence[type[BaseJob]]]:
        users = dict[str, list[type[BaseJob]]]()
        for one in self._factory.known():
            if one.circuit is not None:
                users.setdefault(one.circuit.name, []).append(one)
        return users

    def _shown(
        self, name: str, state: CircuitState, now: datetime, users: Sequence[type[BaseJob]]
    ) -> CircuitStatus:
        return replace(
            state.status(name, now),
            job_types={one.job_type: one.queue for one in users},
            back_within=self._back_within(state, now, users),
        )

    def _back_within(
        self, state: CircuitState, now: datetime, users: Sequence[type[BaseJob]]
    ) -> timedelta | None:
        """Returns the longest that a job rests which a circuit holds; its types share one rule."""
        circuit = users[0].circuit if users else None
        if circuit is None or state.phase(now) is CircuitPhase.CLOSED:
            return None
        return state.hold_for(circuit.rule(self._defaults), now, 1.0)
