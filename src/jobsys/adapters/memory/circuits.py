"""Circuits in memory."""

from collections.abc import Sequence

from jobsys.adapters.memory.store import MemoryStore
from jobsys.domain.circuit_steps import CircuitAnswer, CircuitStep, taken
from jobsys.ports.circuits import Circuits, KnownCircuits
from jobsys.ports.clock import Clock


class MemoryCircuits(Circuits):
    """Remembers circuits as long as the process lives."""

    def __init__(self, store: MemoryStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def take(self, steps: Sequence[CircuitStep]) -> Sequence[CircuitAnswer]:
        with self._store.lock:
            answers, changed = taken(self._store.circuits, steps, self._clock.now())
            merged = {**self._store.circuits, **changed}
            self._store.circuits = {name: state for name, state in merged.items() if state}
            return answers

    async def known(self) -> KnownCircuits:
        now = self._clock.now()
        states = self._store.circuits
        return KnownCircuits({k: v for k, v in states.items() if not v.is_over(now)}, now)
