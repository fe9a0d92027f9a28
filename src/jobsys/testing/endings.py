"""Every way in which a lease can end, by the event that the table of transitions names."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final

from jobsys.domain.lease import Lease
from jobsys.domain.status import JobEvent, JobStatus, Reason
from jobsys.domain.transition import Transition
from jobsys.testing.jobs import CRASH

CRASH_LIMIT: Final = 3
DELAY: Final = timedelta(seconds=30)

_ENDINGS: Final[Mapping[JobEvent, Callable[[Lease], Transition]]] = {
    JobEvent.SUCCEEDED: lambda lease: lease.succeeded(b'"sent"'),
    JobEvent.FAILED: lambda lease: lease.failed(CRASH, DELAY, Reason.EXHAUSTED),
    JobEvent.SNOOZED: lambda lease: lease.snoozed(DELAY),
    JobEvent.HELD: lambda lease: lease.held(DELAY, Reason.CIRCUIT),
    JobEvent.UNROUTABLE: lambda lease: lease.buried(JobEvent.UNROUTABLE, CRASH, Reason.UNROUTABLE),
    JobEvent.CORRUPT: lambda lease: lease.buried(JobEvent.CORRUPT, CRASH, Reason.CORRUPT),
    JobEvent.EXPIRED: lambda lease: lease.dropped(JobEvent.EXPIRED, Reason.EXPIRED),
    JobEvent.DISCARDED: lambda lease: lease.dropped(JobEvent.DISCARDED, Reason.DISCARDED),
    JobEvent.RELEASED: Lease.released,
    JobEvent.LEASE_EXPIRED: lambda lease: lease.expired(CRASH_LIMIT, CRASH),
}
SETTLE_EVENTS: Final = tuple(_ENDINGS)


def ended(lease: Lease, event: JobEvent, *, for_good: bool = False) -> Transition:
    """Returns the transition that `event` makes of a lease.

    `for_good` chooses the dead letters where a failure or a crash could also be retried.
    """
    if for_good and event is JobEvent.FAILED:
        return lease.failed(CRASH, None, Reason.EXHAUSTED)
    if for_good and event is JobEvent.LEASE_EXPIRED:
        return _alone(lease).expired(1, CRASH)
    return _ENDINGS[event](lease)


def leads_to_dead_letters(target: JobStatus | None) -> bool:
    """Tells which of an event's rows `for_good` chooses."""
    return target is JobStatus.FAILED


def _alone(lease: Lease) -> Lease:
    standing = replace(lease.record.standing, alone=True)
    return replace(lease, record=replace(lease.record, standing=standing))
