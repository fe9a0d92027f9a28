"""What turns have done, told to the metrics and to those who listen."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from jobsys.domain.lease import Lease
from jobsys.domain.transition import Transition
from jobsys.ports.clock import Clock
from jobsys.ports.job_metrics import JobMetrics

Announce = Callable[[Sequence[Transition]], None]
"""Takes note of ends that a turn has applied."""


class Reporter:
    """Counts claims and ends, by the backend's clock, and has ends announced.

    An answer does not say when it was made. But a lease says when it was claimed: by how much that
    is ahead of this host's clock is what the clocks differ by, less the answer's way; and an end's
    answer goes the same way.
    """

    def __init__(self, metrics: JobMetrics, clock: Clock, announce: Announce) -> None:
        self._told = [announce]
        self._metrics = metrics
        self._clock = clock
        self._ahead = timedelta(0)

    def tell(self, announce: Announce) -> None:
        """Has one more take note of ends, from now on."""
        if announce not in self._told:
            self._told.append(announce)

    def opened(self, slots: int) -> None:
        """Tells how many slots there are from now on."""
        self._metrics.set_worker_slots(slots)

    def claimed(self, leases: Sequence[Lease], active: int) -> None:
        """Counts what a turn has leased, and how many slots are busy then."""
        if leases:
            self._ahead = leases[-1].record.standing.changed_at - self._clock.now()
            self._metrics.claimed(leases)
        self._metrics.set_active_workers(active)

    def settled(self, ended: Sequence[Transition]) -> None:
        """Tells of ends that a turn has applied."""
        if ended:
            self._metrics.settled(ended, self._clock.now() + self._ahead)
            for announce in self._told:
                announce(ended)
