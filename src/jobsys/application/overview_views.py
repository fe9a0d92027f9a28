"""How a deployment stands, as plain data, the same for every way in which it is shown."""

from collections.abc import Mapping, Sequence
from itertools import islice
from math import inf
from typing import Final

from jobsys.application.course import Course, Flow, Stretch
from jobsys.application.doctor.examination import glanced
from jobsys.application.doctor.finding import Finding, Standing
from jobsys.application.overview import Overview
from jobsys.application.queues import QueueView
from jobsys.application.views import stats_view
from jobsys.application.workers import WorkerState
from jobsys.domain.circuit_state import CircuitPhase
from jobsys.domain.priority import JobPriority
from jobsys.domain.redaction import redacted

BUSIEST: Final = 20
MOST_TROUBLES: Final = 50


def overview_view(overview: Overview, course: Course) -> dict[str, object]:
    """Returns how a deployment stands as JSON values, without its history."""
    return {
        "at": overview.at.isoformat(),
        "counts": stats_view([one.counts for one in overview.queues.values()]),
        "waiting_by_priority": _by_priority(list(overview.queues.values())),
        "oldest_waiting_seconds": max(_ages(overview).values(), default=None),
        "rates": _rates(course.now),
        "latency": _latency(course),
        "workers": _workers(overview),
        "circuits": {
            phase.name.lower(): sum(one.phase is phase for one in overview.circuits)
            for phase in (CircuitPhase.OPEN, CircuitPhase.HALF_OPEN)
        },
        "queues": {
            "all": len(overview.queues),
            "paused": sum(one.policy.paused for one in overview.queues.values()),
            "busiest": queues_view(overview)[:BUSIEST],
        },
        "troubles": [
            trouble_view(one)
            for one in islice(glanced(overview, course.more_dead()), MOST_TROUBLES)
        ],
    }


def history_view(stretches: Sequence[Stretch]) -> list[dict[str, object]]:
    """Returns how a deployment went as JSON values, the oldest first; rates are a second."""
    return [
        {
            "at": one.at.isoformat(),
            "completed": round(one.completed, 3),
            "failed": round(one.failed, 3),
            "waiting": one.waiting,
            "active": one.active,
        }
        for one in stretches
    ]


def trouble_view(finding: Finding) -> dict[str, object]:
    """Returns something that is amiss as JSON values."""
    return {
        "about": finding.about.value,
        "code": finding.code.value,
        "severity": "critical" if finding.standing is Standing.TROUBLE else "warning",
        "message": redacted(finding.sentence),
        "mend": finding.mend,
        "command": redacted(_typed(finding.command)),
        "name": finding.name or None,
        "job_type": finding.job_type or None,
    }


def _typed(command: str) -> str:
    """Returns a command as it is typed where nobody knows what application is meant."""
    verb = "jobsys worker "
    is_one = command.startswith(verb)
    return f"{verb}MODULE:CONTAINER {command.removeprefix(verb)}" if is_one else command


def _by_priority(queues: Sequence[QueueView]) -> dict[str, int]:
    return {
        level.label: sum(one.counts.waiting.get(level, 0) for one in queues)
        for level in JobPriority
    }


def flow_view(flow: Flow | None) -> dict[str, float] | None:
    """Returns how a queue goes as JSON values; rates are a second."""
    if flow is None:
        return None
    return {"arrivals": round(flow.arrivals, 3), "completed": round(flow.completed, 3)}


def _rates(now: Stretch | None) -> dict[str, float]:
    told = (0.0, 0.0) if now is None else (now.completed, now.failed)
    return {"completed": round(told[0], 3), "failed": round(told[1], 3)}


def _latency(course: Course) -> dict[str, float | None] | None:
    half, most, within = course.latency(0.5), course.latency(0.95), course.within(0.95)
    if half is None:
        return None
    return {"p50": half, "p95": most, "p95_within": None if within == inf else within}


def _workers(overview: Overview) -> dict[str, int]:
    states = [one.state for one in overview.workers]
    return {
        **{state.value: states.count(state) for state in WorkerState},
        "slots": sum(one.card.slots for one in overview.ready_workers),
        "active": sum(one.card.active for one in overview.ready_workers),
    }


def queues_view(overview: Overview) -> list[dict[str, object]]:
    """Returns the queues as JSON values, those with most that waits first."""
    ages = _ages(overview)
    stats = {name: stats_view([one.counts]) for name, one in overview.queues.items()}
    by_load = sorted(
        stats, key=lambda name: (-stats[name]["waiting"], -stats[name]["active"], name)
    )
    return [
        {
            "queue": name,
            **stats[name],
            "oldest_waiting_seconds": ages.get(name),
            "paused": overview.queues[name].policy.paused,
            "paused_types": len(overview.queues[name].policy.paused_types),
        }
        for name in by_load
    ]


def _ages(overview: Overview) -> Mapping[str, float]:
    waited = {name: overview.waited(name) for name in overview.queues}
    return {name: round(age.total_seconds(), 3) for name, age in waited.items() if age is not None}
