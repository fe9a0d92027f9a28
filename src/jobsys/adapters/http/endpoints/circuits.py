"""Circuits."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Path

from jobsys.adapters.http.desk import Ask, Asking
from jobsys.adapters.http.endpoints.fields import NAME
from jobsys.application.views import circuit_view
from jobsys.domain.circuit_state import CircuitStatus

Name = Annotated[str, Path(pattern=NAME)]


async def circuits(ask: Asking) -> dict[str, object]:
    """Lists the circuits and where they stand."""
    return {"circuits": [circuit_view(one) for one in await ask.jobs.circuits.states()]}


async def open_circuit(ask: Asking, name: Name) -> dict[str, object]:
    """Opens a circuit for all workers until it is closed."""
    return await _set(ask, "open circuit", name, ask.jobs.circuits.open)


async def close_circuit(ask: Asking, name: Name) -> dict[str, object]:
    """Closes a circuit for all workers."""
    return await _set(ask, "close circuit", name, ask.jobs.circuits.close)


async def _set(
    ask: Ask, action: str, name: str, do: Callable[[str], Awaitable[CircuitStatus]]
) -> dict[str, object]:
    async with ask.change(action, name) as change:
        before = await ask.jobs.circuits.states()
        change.before = [one.phase.value for one in before if one.name == name]
        after = await do(name)
        change.after = after.phase.value
    return circuit_view(after)
