"""Claiming, keeping and taking over leases in memory."""

from collections.abc import Sequence
from dataclasses import replace

from jobsys.adapters.memory.heads import heads
from jobsys.adapters.memory.stored_queue import MemoryQueue
from jobsys.domain.instants import from_ms, span_ms
from jobsys.domain.lease import Lease
from jobsys.domain.names import worker_of
from jobsys.domain.record import Standing
from jobsys.domain.status import LEASED, JobEvent, JobStatus, next_row
from jobsys.ports.job_queue import LeaseState, Renewal
from jobsys.ports.sweep import Sweep
from jobsys.ports.turn import Claim


def holds(standing: Standing, token: int, lane: str) -> bool:
    """Says whether a job is leased under this token, by this lane."""
    return standing.status in LEASED and (standing.token, standing.lane) == (token, lane)


def claim(queue: MemoryQueue, wish: Claim, lane: str, now: int, ends: int) -> Sequence[Lease]:
    """Leases the jobs at the heads of the lists to a lane."""
    keys, begun, expires_at = heads(queue, wish, now), from_ms(now), from_ms(ends)
    leases: list[Lease] = []
    for key in keys:
        before = queue.jobs[key].standing
        after = replace(
            before,
            status=next_row(before.status, JobEvent.CLAIMED).target or before.status,
            token=before.token + 1,
            lane=lane,
            changed_at=begun,
            started_at=begun,
        )
        queue.place(key, after, ends)
        waited = (begun - before.changed_at).total_seconds()
        leases.append(Lease(queue.record(key), expires_at, waited))
    return leases


def extend(queue: MemoryQueue, renewal: Renewal, ends: int) -> LeaseState:
    """Extends one lease and stores the progress that comes with it."""
    key = renewal.job_id.key
    job = queue.jobs.get(key)
    if job is None or not holds(job.standing, renewal.token, renewal.lane):
        return LeaseState.LOST
    job.standing = replace(
        job.standing, percent=renewal.percent, message=renewal.message, alone=renewal.alone
    )
    queue.leased.put(key, ends)
    cancelling = job.standing.status is JobStatus.CANCELLING
    return LeaseState.CANCEL_ASKED if cancelling else LeaseState.HELD


def overdue(queue: MemoryQueue, sweep: Sweep, limit: int, now: int) -> Sequence[str]:
    """Returns the jobs whose leases have run out, and those of workers that are gone."""
    if sweep.grace is not None:
        _look(queue, span_ms(sweep.grace), now)
    if not sweep.gone:
        return queue.leased.up_to(now, limit)
    expired = set(queue.leased.up_to(now, len(queue.leased)))
    found = [
        key
        for key in queue.leased.in_order()
        if key in expired or worker_of(queue.jobs[key].standing.lane) in sweep.gone
    ]
    return found[:limit]


def take_over(queue: MemoryQueue, keys: Sequence[str], lane: str, ends: int) -> Sequence[Lease]:
    """Gives the leases of jobs to a lane."""
    for key in keys:
        job = queue.jobs[key]
        job.standing = replace(job.standing, token=job.standing.token + 1, lane=lane)
        queue.leased.put(key, ends)
    return [Lease(queue.record(key), from_ms(ends)) for key in keys]


def _look(queue: MemoryQueue, grace: int, now: int) -> None:
    """Notes a look, and spares what has run out while nobody looked."""
    spared: Sequence[str] = ()
    if queue.looks.spare(now, grace):
        spared = queue.leased.up_to(now, len(queue.leased))
    for key in spared:
        queue.leased.put(key, now + grace)
    queue.looks = queue.looks.after(now, grace, spared=bool(spared))


def held_again(queue: MemoryQueue, lease: Lease, ends: int) -> Sequence[Lease]:
    """Returns the lease renewed, or nothing if it is not held any more."""
    key, held = lease.record.id.key, lease.record.standing
    job = queue.jobs.get(key)
    if job is None or not holds(job.standing, held.token, held.lane):
        return []
    queue.leased.put(key, ends)
    return [Lease(queue.record(key), from_ms(ends))]
