"""The circuits in a file."""

from collections.abc import Mapping, Sequence

from jobsys.adapters.sqlite.snapshot import Snapshot
from jobsys.adapters.sqlite.store import SqliteStore
from jobsys.adapters.sqlite.transaction import Transaction
from jobsys.domain.circuit_state import CircuitState, read, told
from jobsys.domain.circuit_steps import CircuitAnswer, CircuitStep, taken
from jobsys.ports.circuits import Circuits, KnownCircuits
from jobsys.ports.clock import Clock


class SqliteCircuits(Circuits):
    """Remembers circuits in the file of a store."""

    def __init__(self, store: SqliteStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def take(self, steps: Sequence[CircuitStep]) -> Sequence[CircuitAnswer]:
        def look(snapshot: Snapshot) -> Sequence[CircuitAnswer] | None:
            answers, changed = taken(_stored(snapshot), steps, self._clock.now())
            return None if changed else answers

        def write(transaction: Transaction) -> Sequence[CircuitAnswer]:
            answers, changed = taken(_stored(transaction), steps, self._clock.now())
            for name, state in changed.items():
                _put(transaction, name, state)
            return answers

        return await self._store.write(write, unless=look)

    async def known(self) -> KnownCircuits:
        now, states = self._clock.now(), await self._store.read(_stored)
        return KnownCircuits({k: v for k, v in states.items() if not v.is_over(now)}, now)


def _stored(snapshot: Snapshot) -> Mapping[str, CircuitState]:
    found = snapshot.execute("SELECT name, state FROM circuits ORDER BY name")
    return {name: read(text) for name, text in found}


def _put(transaction: Transaction, name: str, state: CircuitState | None) -> None:
    if state is None:
        transaction.execute("DELETE FROM circuits WHERE name = ?", (name,))
    else:
        transaction.execute("INSERT OR REPLACE INTO circuits VALUES (?, ?)", (name, told(state)))
