"""Whether a deployment does what it is there for, as its monitors ask."""

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final

from jobsys.application.doctor.examination import glanced
from jobsys.application.doctor.finding import About
from jobsys.application.overview import Overview
from jobsys.application.overview_views import queues_view, trouble_view
from jobsys.application.views import stats_view
from jobsys.application.worker_views import worker_view
from jobsys.domain.priority import JobPriority
from jobsys.domain.status import JobStatus
from jobsys.domain.worker_card import WorkerCard

FREED_WITHIN: Final = 1.0
"""Seconds within which a lease that is over is noticed, and its job claimed anew."""


class HealthStatus(StrEnum):
    """What a monitor makes of it; the words are stable."""

    OK = "ok"
    DEGRADED = "degraded"
    UNAVAILABLE = "unavailable"


def judged(overview: Overview, about: Collection[About] = frozenset(About)) -> dict[str, object]:
    """Returns whether something is amiss at a glance of what is asked about, as JSON values."""
    reasons = [one for one in glanced(overview) if one.about in about]
    return {
        "status": HealthStatus.DEGRADED if reasons else HealthStatus.OK,
        "timestamp": overview.at.isoformat(),
        "reasons": [trouble_view(one) for one in reasons],
    }


def jobs_health(overview: Overview) -> dict[str, object]:
    """Returns whether jobs get done, as JSON values.

    `recovery_budget_seconds` is after how long a job whose worker died runs again at the latest,
    where somebody is there to run it; null where no worker lives.
    """
    leases = [one.card.lease_seconds for one in overview.ready_workers]
    return {
        **judged(overview, (About.JOBS, About.CIRCUITS, About.STORE)),
        **stats_view([one.counts for one in overview.queues.values()]),
        "recovery_budget_seconds": max(leases) + FREED_WITHIN if leases else None,
        "warnings": [
            {"code": one.code, "severity": one.severity.value, "message": one.message}
            for one in overview.weaknesses
        ],
    }


def queues_health(overview: Overview) -> dict[str, object]:
    """Returns whether queues are served, as JSON values."""
    return {**judged(overview, (About.QUEUES,)), "queues": queues_view(overview)}


def workers_health(overview: Overview) -> dict[str, object]:
    """Returns whether workers would take jobs, as JSON values."""
    ready = overview.ready_workers
    return {
        **judged(overview, (About.WORKERS,)),
        "ready": len(ready),
        "slots": sum(one.card.slots for one in ready),
        "active": sum(one.card.active for one in ready),
        "workers": [worker_view(one) for one in overview.workers],
    }


def whole_health(overview: Overview, backend: str) -> dict[str, object]:
    """Returns how everything stands, in few values; `redis` is null on any other backend.

    Processed are the attempts that completed or failed, and their average time is that of the
    workers that live, in milliseconds.
    """
    counts = [one.counts for one in overview.queues.values()]
    ended = {s: sum(one.ever.get(s, 0) for one in counts) for s in JobStatus}
    failed = ended[JobStatus.FAILED] + ended[JobStatus.RETRYING]
    return {
        "status": HealthStatus.DEGRADED if glanced(overview) else HealthStatus.OK,
        "timestamp": overview.at.isoformat(),
        "backend": backend,
        "redis": "connected" if backend.startswith("redis") else None,
        "activeJobs": stats_view(counts)["active"],
        "circuitBreakers": {one.name: one.phase.value for one in overview.circuits},
        "metrics": {
            "jobsProcessed": ended[JobStatus.COMPLETED] + failed,
            "jobsFailed": failed,
            "jobsRetried": ended[JobStatus.RETRYING],
            "averageProcessingTime": _average_ms([one.card for one in overview.workers]),
            "queueLengths": {
                level.label: sum(one.waiting.get(level, 0) for one in counts)
                for level in JobPriority
            },
        },
    }


def no_health(at: datetime, backend: str, code: str) -> dict[str, object]:
    """Returns that nothing can be said, as the backend does not answer, and why."""
    told = "the backend does not answer"
    return {
        "backend": backend,
        "redis": "disconnected" if backend.startswith("redis") else None,
        "status": HealthStatus.UNAVAILABLE,
        "timestamp": at.isoformat(),
        "reasons": [{"code": code, "severity": "critical", "message": told}],
    }


def _average_ms(cards: Sequence[WorkerCard]) -> float:
    """Returns how long an attempt takes; cards of one process tell of the same ones."""
    work = {(card.host, card.pid): card.work for card in cards}.values()
    attempts = sum(one.attempts for one in work)
    return round(sum(one.seconds for one in work) / attempts * 1000, 3) if attempts else 0.0
