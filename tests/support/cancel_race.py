"""A cancel among everything else that happens to a job, in an order that chance decides."""

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Final

from jobsys.application.commands import CancelOutcome
from jobsys.domain.lease import Lease
from jobsys.domain.record import JobRecord
from jobsys.domain.retention import Retention
from jobsys.domain.status import JobEvent, JobStatus
from jobsys.domain.transition import Transition
from jobsys.ports.turn import Refusal
from jobsys.testing.endings import CRASH_LIMIT, ended
from jobsys.testing.jobs import CRASH, LEASE_FOR, QUEUE, SECOND, id_of, job, kept, look
from jobsys.testing.lane import Lane
from jobsys.testing.simulation.acts import handlers
from jobsys.testing.simulation.parts import Parts
from jobsys.testing.virtual_clock import VirtualClock
from jobsys.testing.whole_backend import WholeBackend

KEY: Final = "raced"
LONG: Final = timedelta(minutes=5)
PASSES: Final = (SECOND, LEASE_FOR, LONG)
DIES: Final = None
ENDS: Final = (
    DIES,
    JobEvent.SUCCEEDED,
    JobEvent.FAILED,
    JobEvent.SNOOZED,
    JobEvent.RELEASED,
    JobEvent.DISCARDED,
)
AGREES: Final = {
    CancelOutcome.CANCELLED: {JobStatus.CANCELLED},
    CancelOutcome.REQUESTED: {JobStatus.CANCELLED, JobStatus.COMPLETED},
    CancelOutcome.TOO_LATE: {JobStatus.COMPLETED, JobStatus.FAILED},
}
"""How a job may end of whose cancel this was told."""
Steps = AsyncIterator[None]
"""Somebody who makes a call of the backend at each step."""


@dataclass(frozen=True)
class Told:
    """What a cancel returned, what the job was then, and how often it had been claimed."""

    outcome: CancelOutcome
    record: JobRecord
    claims: int


class CancelRace:
    """One job in an empty backend, two workers, a clock that moves, and two callers who cancel."""

    def __init__(self, backend: WholeBackend, draw: Random) -> None:
        self._backend = backend
        self._draw = draw
        self._lanes = [Lane(backend.queue) for _ in range(3)]
        self._claims = 0
        self.told: list[Told] = []

    async def run(self) -> JobRecord:
        """Returns the job as it is in the end, when everybody has done what they do."""
        due = self._draw.choice([None, None, 5 * SECOND])
        await self._backend.queue.enqueue(
            [kept(job(KEY, due=due), Retention(done=None, dead=None))]
        )
        busy = [
            self._cancels(),
            self._cancels(),
            self._works(self._lanes[0]),
            self._works(self._lanes[1]),
            self._passes(self._lanes[2]),
        ]
        while busy:
            one = self._draw.choice(busy)
            if await anext(one, self) is self:
                busy.remove(one)
        return await self._finished()

    async def wrong(self, end: JobRecord) -> list[str]:
        """Returns in words what does not agree with what was told, or happens after the end."""
        counts = (await self._backend.inspector.counts())[QUEUE]
        ends = sum(number for status, number in counts.ever.items() if status.is_final)
        await self._one_more_life()
        after = await look(self._backend, KEY)
        return [
            *(line for told in self.told for line in self._disagreements(told, end)),
            *([f"it ended {ends} times"] if ends != 1 else []),
            *([f"it ended as {end.status}, and is {after.status}"] if after != end else []),
        ]

    def _disagreements(self, told: Told, end: JobRecord) -> Iterator[str]:
        if end.status not in AGREES.get(told.outcome, set()):
            yield f"{told.outcome} was told, and it ended as {end.status}"
        if told.record.status.is_final and told.record != end:
            yield f"{told.outcome} was told when it was {told.record.status}: it is {end.status}"
        if told.outcome is CancelOutcome.TOO_LATE and not told.record.status.is_final:
            yield f"{told.outcome} was told when it was {told.record.status}"
        if self._claims != told.claims:
            yield f"{told.outcome} was told, and then it was claimed"

    async def _cancels(self) -> Steps:
        backend = self._backend
        service = Parts(handlers(), VirtualClock(), self._draw).service(
            backend.queue, backend.scheduler, backend.inspector
        )
        for _ in range(self._draw.randrange(12)):
            yield
        outcome = await service.cancel(id_of(KEY))
        self.told.append(Told(outcome, await look(backend, KEY), self._claims))
        yield

    async def _works(self, lane: Lane) -> Steps:
        for _ in range(self._draw.randint(1, 4)):
            for lease in await self._claimed(lane):
                yield
                event = self._draw.choice(ENDS)
                if event is DIES:
                    return
                end = ended(lease, event, for_good=self._draw.random() < 0.3)
                async for _ in self._settles(lane, end):
                    yield
            yield

    async def _passes(self, lane: Lane) -> Steps:
        for _ in range(self._draw.randint(1, 5)):
            await self._backend.advance(self._draw.choice(PASSES))
            await self._backend.queue.tick([QUEUE], 100)
            yield
            for lease in await lane.reclaim():
                yield
                async for _ in self._settles(lane, lease.expired(CRASH_LIMIT, CRASH)):
                    yield
            yield

    @staticmethod
    async def _settles(lane: Lane, end: Transition) -> Steps:
        turn = await lane.settle(end)
        yield
        if turn.refused.get(0) is Refusal.CANCELLING:
            await lane.settle(end.despite_cancel())
            yield

    async def _claimed(self, lane: Lane) -> list[Lease]:
        leases = list(await lane.claim())
        self._claims += len(leases)
        return leases

    async def _finished(self) -> JobRecord:
        for _ in range(2 * CRASH_LIMIT):
            if (await look(self._backend, KEY)).status.is_final:
                break
            await self._one_more_life()
        return await look(self._backend, KEY)

    async def _one_more_life(self) -> None:
        """Takes over what was left behind, and does what there is to do."""
        await self._backend.advance(LONG)
        await self._backend.queue.tick([QUEUE], 100)
        for make, leases in (
            (_expired, await self._lanes[2].reclaim()),
            (_succeeded, await self._claimed(self._lanes[2])),
        ):
            for lease in leases:
                async for _ in self._settles(self._lanes[2], make(lease)):
                    pass


Make = Callable[[Lease], Transition]


def _expired(lease: Lease) -> Transition:
    return lease.expired(CRASH_LIMIT, CRASH)


def _succeeded(lease: Lease) -> Transition:
    return lease.succeeded(None)
