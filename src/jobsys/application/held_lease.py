"""A lease that a worker keeps, and for how long it can be sure of it."""

import logging

from jobsys.application.loop_time import loop_time
from jobsys.ports.job_queue import Renewal
from jobsys.ports.worker_pool import Attempt

log = logging.getLogger("jobsys.renewal")


class HeldLease:
    """Is sure until `kept_until`, on this host's monotonic clock; from then on the attempt is told.

    Whoever counted from when it asked, not from when it was answered, is never sure for too long.
    """

    __slots__ = ("_alone", "_is_doubted", "attempt", "kept_until")

    def __init__(self, attempt: Attempt, kept_until: float, *, alone: bool) -> None:
        self.attempt = attempt
        self.kept_until = kept_until
        self._alone = alone
        self._is_doubted = False

    @property
    def is_sure(self) -> bool:
        """True while nothing was told of a doubt."""
        return not self._is_doubted

    @property
    def renewal(self) -> Renewal:
        """What asks for more time, and carries the progress along."""
        lease, (percent, message) = self.attempt.lease, self.attempt.progress
        held = lease.record.standing
        return Renewal(lease.record.id, held.token, held.lane, percent, message, self._alone)

    def renewed(self, kept_until: float) -> None:
        """Notes that it was renewed, and ends a doubt."""
        self.kept_until = kept_until
        if self._is_doubted:
            self._is_doubted = False
            self.attempt.doubt_lease(doubted=False)

    def check(self) -> None:
        """Tells the attempt once the lease may have run out."""
        if not self._is_doubted and loop_time() >= self.kept_until:
            self._is_doubted = True
            log.warning("job %s: its lease may be lost", self.attempt.lease.record.id)
            self.attempt.doubt_lease(doubted=True)
