"""Applying transitions in memory."""

from collections.abc import Sequence
from dataclasses import replace

from jobsys.adapters.memory.leases import holds
from jobsys.adapters.memory.store import MemoryStore
from jobsys.domain.attempt_error import with_latest
from jobsys.domain.instants import from_ms
from jobsys.domain.job_id import JobId
from jobsys.domain.status import DELAYED, JobStatus
from jobsys.domain.transition import Transition
from jobsys.ports.turn import Refusal


def compared(
    store: MemoryStore, transitions: Sequence[Transition]
) -> tuple[dict[int, Refusal], list[Transition]]:
    """Splits transitions into refusals, and those whose job is still as it was leased."""
    refused: dict[int, Refusal] = {}
    accepted: dict[JobId, Transition] = {}
    for index, transition in enumerate(transitions):
        job_id, held = transition.record.id, transition.record.standing
        job = store.queue(job_id.queue).jobs.get(job_id.key)
        if (
            job is None
            or job_id in accepted
            or not holds(job.standing, held.token, held.lane)
            or job.standing.changed_at != held.changed_at
        ):
            refused[index] = Refusal.LOST
        elif job.standing.status is held.status:
            accepted[job_id] = transition
        else:
            asked = job.standing.status is JobStatus.CANCELLING
            refused[index] = Refusal.CANCELLING if asked else Refusal.LOST
    return refused, list(accepted.values())


def apply(store: MemoryStore, accepted: Sequence[Transition], now: int) -> None:
    """Applies transitions; those that go to a list's head last to first, so that they keep order."""
    tails = [t for t in accepted if not t.at_head]
    heads = [t for t in reversed(accepted) if t.at_head]
    for transition in tails + heads:
        _apply(store, transition, now)


def _apply(store: MemoryStore, transition: Transition, now: int) -> None:
    queue, key = store.queue(transition.record.id.queue), transition.record.id.key
    job, after = queue.jobs[key], transition.after
    until = transition.stays_until(now)
    due_at = from_ms(until) if after.status in DELAYED else None
    after = replace(after, changed_at=from_ms(now), due_at=due_at)
    job.result = transition.result_json
    if transition.error is not None:
        job.errors = with_latest(job.errors, transition.error)
    queue.place(key, after, until, at_head=transition.at_head)
