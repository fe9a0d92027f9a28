"""The circuits in Redis: one hash, which is compared and set."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, cast

from jobsys.adapters.redis.scripts import Argument
from jobsys.adapters.redis.store import RedisStore
from jobsys.domain.circuit_state import UNTIL_CLOSED, CircuitState, read, told
from jobsys.domain.circuit_steps import CircuitAnswer, CircuitStep, taken
from jobsys.domain.instants import from_ms, span_ms
from jobsys.domain.value import value
from jobsys.ports.circuits import Circuits, KnownCircuits

FOR_EVER: Final = ""


@value
class _Read:
    """What a call found, or left."""

    done: bool
    now: datetime
    stored: Mapping[str, bytes]

    @property
    def states(self) -> Mapping[str, CircuitState]:
        return {name: read(text) for name, text in self.stored.items()}


class RedisCircuits(Circuits):
    """Remembers circuits in one hash: the domain decides, a script compares and stores."""

    def __init__(self, store: RedisStore) -> None:
        self._store = store

    async def take(self, steps: Sequence[CircuitStep]) -> Sequence[CircuitAnswer]:
        found = await self._call()
        while True:  # whoever comes too late has been overtaken by one who got on
            answers, changed = taken(found.states, steps, found.now)
            if not changed:
                return answers
            found = await self._call(*_written(found, changed))
            if found.done:
                return answers

    async def known(self) -> KnownCircuits:
        found = await self._call()
        states = found.states.items()
        return KnownCircuits({k: v for k, v in states if not v.is_over(found.now)}, found.now)

    async def _call(self, *args: Argument) -> _Read:
        answer = await self._store.run("circuits", [self._store.layout.circuits], args)
        done, now, *pairs = cast("tuple[int, bytes, *tuple[bytes, ...]]", answer)
        stored = zip(pairs[::2], pairs[1::2], strict=True)
        return _Read(bool(done), from_ms(int(now)), {name.decode(): text for name, text in stored})


def _written(found: _Read, changed: Mapping[str, CircuitState | None]) -> Sequence[Argument]:
    """Returns what the script is to compare and store, and for how long the hash is kept."""
    after = {**found.states, **changed}
    kept_until = [state.kept_until or found.now for state in after.values() if state]
    until = max(kept_until, default=UNTIL_CLOSED)
    kept = FOR_EVER if until == UNTIL_CLOSED else span_ms(until - found.now)
    args: list[Argument] = [kept]
    for name, state in changed.items():
        args += [name, found.stored.get(name, b""), "" if state is None else told(state)]
    return args
