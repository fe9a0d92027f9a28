"""A queue whose calls fail when a test says so, before or after they took effect."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Literal, TypeVar

from jobsys.domain.transition import Transition
from jobsys.ports.errors import QueueDamaged, QueueUnavailable
from jobsys.ports.job_queue import JobQueue, LeaseState, Renewal
from jobsys.ports.turn import Claim, Turn, TurnTicket
from jobsys.testing.faults.relay_queue import RelayQueue

T = TypeVar("T")

Fault = Literal["before", "after", "twice", "no"]
"""`before`: the call is never made. `after`: it is made, and its reply is lost. `twice`: it is made,
its reply is lost, and a client repeats it and hands on the second reply."""


class FaultyQueue(RelayQueue):
    """Hands every call on to a real queue, notes its name, and fails the ones it was told to."""

    def __init__(self, real: JobQueue) -> None:
        super().__init__(real)
        self._faults: dict[str, deque[Fault]] = {}
        self._down: set[str] = set()
        self._held: dict[str, asyncio.Event] = {}
        self._damaged: set[str] = set()
        self.calls: list[str] = []
        self.error: Exception = QueueUnavailable("made up by a test")

    def fail(self, call: str, *faults: Fault) -> None:
        """Lets the next calls of this name fail, one after the other, as told."""
        self._faults.setdefault(call, deque()).extend(faults)

    def take_down(self, *calls: str) -> None:
        """Fails every call of these names, before it takes effect, until `bring_up`."""
        self._down.update(calls)

    def bring_up(self) -> None:
        """Ends what `take_down` began."""
        self._down.clear()

    def damage(self, queue: str) -> None:
        """Fails this queue's part of every turn and renewal, until `mend`."""
        self._damaged.add(queue)

    def mend(self, queue: str) -> None:
        """Ends what `damage` began."""
        self._damaged.discard(queue)

    @asynccontextmanager
    async def held(self, call: str) -> AsyncGenerator[None]:
        """Makes calls of this name, but keeps their replies back until the block ends."""
        gate = self._held[call] = asyncio.Event()
        try:
            yield
        finally:
            gate.set()

    async def turn(
        self,
        ticket: TurnTicket,
        settle: Sequence[Transition],
        claim: Sequence[Claim],
        lease_for: timedelta,
    ) -> Turn:
        """Settles and claims, save in queues that are damaged."""
        kept = [i for i, t in enumerate(settle) if t.record.id.queue not in self._damaged]
        settled = [settle[i] for i in kept]
        claimed = [c for c in claim if c.queue not in self._damaged]
        turn = await super().turn(ticket, settled, claimed, lease_for)
        asked = {t.record.id.queue for t in settle} | {c.queue for c in claim}
        hit = asked & self._damaged
        refused = {kept[i]: refusal for i, refusal in turn.refused.items()}
        failures = {name: QueueDamaged("made up") for name in hit}
        return replace(turn, refused=refused, failures=failures)

    async def extend(
        self, renewals: Sequence[Renewal], lease_for: timedelta
    ) -> Sequence[LeaseState]:
        """Extends leases, save in queues that are damaged."""
        sound = [r for r in renewals if r.job_id.queue not in self._damaged]
        states = iter(await super().extend(sound, lease_for))
        return [
            LeaseState.UNKNOWN if r.job_id.queue in self._damaged else next(states)
            for r in renewals
        ]

    async def _call(self, name: str, make: Callable[[], Awaitable[T]]) -> T:
        self.calls.append(name)
        faults = self._faults.get(name)
        fault = "before" if name in self._down else faults.popleft() if faults else "no"
        if fault == "before":
            raise self.error
        if fault == "twice":
            await make()
        answer = await make()
        if name in self._held:
            await self._held[name].wait()
        if fault == "after":
            raise self.error
        return answer
