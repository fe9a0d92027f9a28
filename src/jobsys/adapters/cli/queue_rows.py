"""Queues as people read them."""

from collections.abc import Mapping, Sequence

from jobsys.application.queues import QueueView
from jobsys.domain.duration import show_duration
from jobsys.domain.queue_policy import QueuePolicy
from jobsys.domain.status import WAITING, JobStatus


def rows(found: Mapping[str, QueueView]) -> Sequence[Sequence[str]]:
    """Returns a line of the table for each queue."""
    return [
        (
            name,
            str(sum(one.counts.now[status] for status in WAITING)),
            str(one.counts.now[JobStatus.PROCESSING] + one.counts.now[JobStatus.CANCELLING]),
            str(one.counts.now[JobStatus.FAILED]),
            policy_told(one.policy),
        )
        for name, one in found.items()
    ]


def policy_told(policy: QueuePolicy) -> str:
    """Returns what was set of a queue, for people; empty where nothing was."""
    parts = [
        "paused" if policy.paused else "",
        "closed" if policy.closed else "",
        f"at most {policy.max_jobs}" if policy.max_jobs else "",
        f"waits {show_duration(policy.wait_for_room)} for room" if policy.wait_for_room else "",
        f"ages after {show_duration(policy.age_after)}" if policy.age_after else "",
        f"holds back {' '.join(sorted(policy.paused_types))}" if policy.paused_types else "",
    ]
    return ", ".join(part for part in parts if part)
