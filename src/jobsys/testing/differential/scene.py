"""What a story has brought about on one backend so far, as far as its next steps refer to it."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from jobsys.domain.job_id import JobId
from jobsys.domain.lease import Lease
from jobsys.domain.record import JobRecord
from jobsys.domain.status import JobStatus
from jobsys.domain.transition import Transition
from jobsys.domain.value import value
from jobsys.ports.turn import TurnTicket
from jobsys.testing.whole_backend import WholeBackend

REMEMBERED_FOR: Final = timedelta(seconds=60)
"""For so long a backend knows a ticket again; what a later repeat does is not promised."""

Call = Callable[[TurnTicket], Awaitable[object]]


@value
class MadeCall:
    """A call that a lane has made and may repeat."""

    ticket: TurnTicket
    queues: frozenset[str]
    made_at: datetime
    call: Call


class Scene:
    """A backend, the leases that it has shown, and the calls that its lanes have made."""

    def __init__(self, backend: WholeBackend) -> None:
        self.backend = backend
        self._leases: list[Lease] = []
        self._asked: set[tuple[JobId, int]] = set()
        self._calls: dict[str, list[MadeCall]] = {}

    async def call(self, lane: str, queues: Iterable[str], call: Call) -> object:
        """Makes a call with the next ticket of a lane."""
        made = self._calls.setdefault(lane, [])
        ticket = TurnTicket(lane, len(made) + 1)
        made.append(MadeCall(ticket, frozenset(queues), await self.backend.now(), call))
        return await call(ticket)

    async def call_again(self, lane: str, back: int) -> object:
        """Repeats the call that a lane made last, or the one made `back` before it.

        Returns the answer to a repeat of the last one; older ones must do nothing. What a repeat
        does late, or in several queues of which some were not changed, is not promised: it is
        left out.
        """
        calls = self._calls.get(lane, [])[-1 - back :]
        queues = {name for made in calls for name in made.queues}
        if len(calls) <= back or len(queues) != 1:
            return None
        if await self.backend.now() - calls[0].made_at >= REMEMBERED_FOR:
            return None
        answer = await calls[0].call(calls[0].ticket)
        return None if back else answer

    def saw(self, leases: Iterable[Lease]) -> None:
        """Remembers leases for steps to come."""
        self._leases += leases

    def saw_cancel(self, record: JobRecord) -> None:
        """Remembers that the cancel of a leased job was asked for."""
        self._asked.add(_proof(record))

    def lease(self, back: int) -> Lease | None:
        """Returns the lease that was shown `back` before the last one, counted around."""
        return self._leases[-1 - back % len(self._leases)] if self._leases else None

    def heeding_cancel(self, transition: Transition) -> Transition:
        """Returns what the transition means if its job's cancel is known to be asked for."""
        asked = _proof(transition.record) in self._asked
        is_new = transition.record.status is not JobStatus.CANCELLING
        return transition.despite_cancel() if asked and is_new else transition


def forged(lease: Lease, what: str) -> Lease:
    """Returns a lease with a wrong "token" or a wrong "lane"; with neither, the lease itself."""
    standing = lease.record.standing
    if what == "token":
        standing = replace(standing, token=standing.token + 1000)
    elif what == "lane":
        standing = replace(standing, lane="nobody")
    return replace(lease, record=replace(lease.record, standing=standing))


def _proof(record: JobRecord) -> tuple[JobId, int]:
    return record.id, record.standing.token
