"""How many of a worker's slots each queue may have."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from jobsys.ports.turn import Claim

UNBOUNDED: Final = 1_000_000


class QueueBounds:
    """Keeps a queue's jobs from taking more slots of this worker than it is given.

    `active_in` counts a queue's running attempts. A queue without a bound takes what is free.
    """

    def __init__(self, bounds: Mapping[str, int], active_in: Callable[[str], int]) -> None:
        self._bounds = bounds
        self._active_in = active_in
        self._claimed = dict.fromkeys(bounds, 0)

    def room(self, queue: str) -> int:
        """Returns how many more jobs of a queue may run."""
        if queue not in self._bounds:
            return UNBOUNDED
        return max(self._bounds[queue] - self._claimed[queue] - self._active_in(queue), 0)

    def with_room(self, queues: Iterable[str]) -> Sequence[str]:
        """Returns the queues of which more jobs may run."""
        return [queue for queue in queues if self.room(queue)]

    def claim(self, claims: Iterable[Claim]) -> None:
        """Notes what is being claimed: it takes room until its turn has answered."""
        for claim in claims:
            if claim.queue in self._claimed:
                self._claimed[claim.queue] += claim.limit

    def answered(self, claims: Iterable[Claim]) -> None:
        """Notes that a turn has answered: what it brought is active now, or was given back."""
        for claim in claims:
            if claim.queue in self._claimed:
                self._claimed[claim.queue] -= claim.limit


NO_BOUNDS: Final = QueueBounds({}, lambda _: 0)
