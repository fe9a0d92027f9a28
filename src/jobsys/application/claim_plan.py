"""Which queues are asked for how many jobs."""

from collections.abc import Iterable, Sequence
from typing import Final

from jobsys.application.level_floors import NO_FLOORS, LevelFloors
from jobsys.application.queue_bounds import NO_BOUNDS, QueueBounds
from jobsys.domain.lease import Lease
from jobsys.ports.turn import Claim, Turn

LARGEST_CLAIM: Final = 200
LOOK_AROUND_EVERY: Final = 0.5
"""Seconds after which a worker that is busy asks queues again that it believes to be empty."""


class ClaimPlan:
    """Shares free slots among the queues that are known to have work, each in turn the first."""

    def __init__(
        self,
        queues: Sequence[str],
        bounds: QueueBounds = NO_BOUNDS,
        floors: LevelFloors = NO_FLOORS,
    ) -> None:
        self._bounds = bounds
        self._floors = floors
        self._waiting = dict.fromkeys(queues, 1)
        self.queues = list(self._waiting)
        self._turns = 0
        self._looked_around_at = 0.0

    @property
    def has_work(self) -> bool:
        """True while some queue with room here may have jobs: is known to, or was not asked since."""
        return bool(self._busy())

    @property
    def with_room(self) -> Sequence[str]:
        """The queues of which this worker may run more jobs."""
        return self._bounds.with_room(self.queues)

    def claims(self, free: int) -> list[Claim]:
        """Returns claims for `free` slots in all, at most one a queue.

        What is claimed here is not known to wait any more, until a turn says so.
        """
        busy = self._busy()
        if not busy or free <= 0:
            return []
        free, levels = self._floors.wish(free)
        first = self._turns % len(busy)
        self._turns += 1
        claims: list[Claim] = []
        for left, queue in zip(range(len(busy), 0, -1), busy[first:] + busy[:first], strict=True):
            share = min(-(-free // left), LARGEST_CLAIM, self._bounds.room(queue))
            if share > 0:
                claims.append(Claim(queue, share, levels))
                free -= share
                self._waiting[queue] = max(self._waiting[queue] - share, 0)
        self._bounds.claim(claims)
        self._floors.claim(claims)
        return claims

    def learn(self, claims: Sequence[Claim], turn: Turn) -> None:
        """Notes what a turn left in the queues that it asked."""
        self._answered(claims, turn.leases)
        self._waiting.update(turn.waiting)
        self._waiting.update(dict.fromkeys(turn.failures, 0))

    def give_up(self, claims: Sequence[Claim]) -> None:
        """Undoes claims whose answer nobody awaits any more."""
        self._answered(claims)
        self.woken(claim.queue for claim in claims)

    def look_around(self, now: float) -> None:
        """Notes twice a second that any queue may have got work: who is busy waits for no news."""
        if now - self._looked_around_at >= LOOK_AROUND_EVERY:
            self._looked_around_at = now
            self.woken(self.queues)

    def woken(self, queues: Iterable[str]) -> None:
        """Notes that queues may have work."""
        for queue in queues:
            self._waiting[queue] = max(self._waiting[queue], 1)

    def _answered(self, claims: Sequence[Claim], leases: Sequence[Lease] = ()) -> None:
        self._bounds.answered(claims)
        self._floors.answered(claims, leases)

    def _busy(self) -> list[str]:
        return [q for q in self.queues if self._waiting[q] and self._bounds.room(q)]
