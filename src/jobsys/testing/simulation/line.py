"""The way between a process and the backend: it takes time, and faults strike on it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from random import Random
from typing import Final, Protocol, TypeVar

from jobsys.ports.errors import QueueUnavailable
from jobsys.testing.simulation.clock import SimulatedClock
from jobsys.testing.simulation.ledger import Ledger
from jobsys.testing.simulation.story import Fault, FaultKind

T = TypeVar("T")

SLOWEST: Final = 0.02
"""Seconds that one way to the backend, or back, takes at most."""


class Struck(Protocol):
    """A process, as faults see it."""

    name: str

    def die(self) -> None:
        """Ends at once: no code of it ever runs again."""

    def freeze(self, seconds: float) -> None:
        """Keeps all its code from running for a while."""

    def miss(self, seconds: float) -> None:
        """Has it taken for dead for a while, though it lives."""

    def leave(self) -> None:
        """Begins a graceful stop."""


class Backdrop:
    """What all lines have in common: the ledger, the clock, chance, and the faults to come.

    `watch` lets the ledger take a call down, and looks whether all is as it should be.
    """

    def __init__(
        self,
        ledger: Ledger,
        clock: SimulatedClock,
        chance: Random,
        faults: Sequence[Fault],
        watch: Callable[[Callable[[], object]], None],
    ) -> None:
        self.ledger = ledger
        self.clock = clock
        self.chance = chance
        self.watch = watch
        self.stalled_until = 0.0
        self.calls = 0
        self.struck = 0
        self._faults = {fault.at_call: fault for fault in faults}

    def next_fault(self) -> Fault | None:
        """Counts a call, and returns what strikes at it."""
        self.calls += 1
        fault = self._faults.pop(self.calls, None)
        self.struck += fault is not None
        return fault

    def cease(self) -> None:
        """Lets no fault strike any more."""
        self._faults = {}


class Line:
    """Makes a process's calls; the faults of a process strike a client as a call that fails."""

    def __init__(self, backdrop: Backdrop, process: Struck | None = None) -> None:
        self._backdrop = backdrop
        self._process = process
        self._name = process.name if process else "client"

    async def call(
        self,
        name: str,
        effect: Callable[[], Awaitable[T]],
        seen: Callable[[T], object] | None = None,
    ) -> T:
        """Returns what a call answers; where it may change jobs, `seen` is told, and all is checked."""
        fault = self._backdrop.next_fault()
        await self._way()
        if fault is not None and not fault.after:
            await self._strike(fault)
        self._backdrop.ledger.note(f"{self._now():.6f} {self._name} {name}")
        answer = await effect()
        if seen is not None:
            self._backdrop.watch(lambda: seen(answer))
        if fault is not None and fault.after:
            await self._strike(fault)
        await self._way()
        return answer

    async def _way(self) -> None:
        chance = self._backdrop.chance
        await asyncio.sleep(chance.choice((0, SLOWEST)) * chance.random())
        while self._now() < self._backdrop.stalled_until:  # noqa: ASYNC110 (time is virtual)
            await asyncio.sleep(self._backdrop.stalled_until - self._now())

    async def _strike(self, fault: Fault) -> None:
        when = "after" if fault.after else "before"
        self._backdrop.ledger.note(f"{self._now():.6f} {self._name} {fault.kind} {when} its call")
        if fault.kind is FaultKind.FORWARD:
            self._backdrop.clock.forward(fault.seconds)
        elif fault.kind is FaultKind.STALL:
            self._backdrop.stalled_until = self._now() + fault.seconds
        elif fault.kind is FaultKind.FAIL or self._process is None:
            raise QueueUnavailable("the simulation's fault")
        else:
            _strike_process(self._process, fault)
            await asyncio.sleep(0)  # a dead process does not wake from this

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()


def _strike_process(process: Struck, fault: Fault) -> None:
    if fault.kind is FaultKind.DIE:
        process.die()
    elif fault.kind is FaultKind.FREEZE:
        process.freeze(fault.seconds)
    elif fault.kind is FaultKind.MISS:
        process.miss(fault.seconds)
    else:
        process.leave()
