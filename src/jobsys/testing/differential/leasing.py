"""The steps of a story in which lanes take, keep and end leases."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Literal

from jobsys.domain.lease import Lease
from jobsys.domain.status import JobEvent
from jobsys.domain.transition import Transition
from jobsys.domain.value import value
from jobsys.ports.job_queue import LeaseState, Renewal
from jobsys.ports.sweep import Sweep
from jobsys.ports.turn import Claim, Refusal, Turn, TurnTicket
from jobsys.testing.differential.operation import Operation
from jobsys.testing.differential.scene import Scene, forged
from jobsys.testing.endings import ended
from jobsys.testing.jobs import LEASE_FOR


@value
class End:
    """The end of the lease that was seen `back` before the last one, as it was seen then.

    `forge` makes something about the lease wrong first.
    """

    back: int
    event: JobEvent
    for_good: bool = False
    delay: timedelta = timedelta(0)
    forge: Literal["", "token", "lane"] = ""

    def transition(self, scene: Scene) -> Transition | None:
        """Returns the transition that it makes; None when no lease was seen yet."""
        lease = scene.lease(self.back)
        if lease is None:
            return None
        made = ended(forged(lease, self.forge), self.event, for_good=self.for_good)
        delayed = made if made.due is None else replace(made, due=self.delay)
        return scene.heeding_cancel(delayed)


@value
class TakeTurn(Operation):
    """One turn of a lane: the ends of leases, then claims."""

    lane: str
    ends: tuple[End, ...] = ()
    claims: tuple[Claim, ...] = ()
    lease_for: timedelta = LEASE_FOR

    async def act(self, scene: Scene) -> object:
        """Returns the turn."""
        ends = [end.transition(scene) for end in self.ends]
        settle = [transition for transition in ends if transition is not None]

        async def call(ticket: TurnTicket) -> Turn:
            queue = scene.backend.queue
            turn = await queue.turn(ticket, settle, self.claims, self.lease_for)
            scene.saw(turn.leases)
            for index, refusal in turn.refused.items():
                if refusal is Refusal.CANCELLING:
                    scene.saw_cancel(settle[index].record)
            return turn

        queues = {*(c.queue for c in self.claims), *(t.record.id.queue for t in settle)}
        return await scene.call(self.lane, queues, call)


@value
class Reclaim(Operation):
    """Takes expired leases over for a lane."""

    lane: str
    queues: tuple[str, ...]
    limit: int
    sweep: Sweep

    async def act(self, scene: Scene) -> object:
        """Returns the leases."""

        async def call(ticket: TurnTicket) -> Sequence[Lease]:
            queue = scene.backend.queue
            leases = await queue.reclaim(ticket, self.queues, self.limit, LEASE_FOR, self.sweep)
            scene.saw(leases)
            return leases

        return await scene.call(self.lane, self.queues, call)


@value
class Repeat(Operation):
    """The call that a lane made last comes again, or the one made `back` before it."""

    lane: str
    back: int = 0

    async def act(self, scene: Scene) -> object:
        """Returns the answer to a repeat of the last call; an older one must do nothing."""
        return await scene.call_again(self.lane, self.back)


@value
class Renew:
    """News of a lease that was seen before."""

    back: int
    percent: int = 0
    message: str = ""
    alone: bool = False


@value
class Extend(Operation):
    """Extends leases in one call; a lease may be named twice."""

    renewals: tuple[Renew, ...]
    lease_for: timedelta

    async def act(self, scene: Scene) -> object:
        """Returns the states of the leases."""
        seen = [(renew, scene.lease(renew.back)) for renew in self.renewals]
        held = [(renew, lease.record) for renew, lease in seen if lease]
        renewals = [
            Renewal(
                record.id,
                record.standing.token,
                record.standing.lane,
                renew.percent,
                renew.message,
                renew.alone,
            )
            for renew, record in held
        ]
        states = await scene.backend.queue.extend(renewals, self.lease_for)
        for (_, record), state in zip(held, states, strict=True):
            if state is LeaseState.CANCEL_ASKED:
                scene.saw_cancel(record)
        return states
