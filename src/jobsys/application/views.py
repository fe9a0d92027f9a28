"""Jobs as plain data, the same for every way in which they are shown; secrets are masked."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from pydantic_core import from_json, to_json

from jobsys.application.dead_letter_search import DeadLetterSummary
from jobsys.application.fire_times import FireTime
from jobsys.application.queues import QueueView
from jobsys.domain.attempt_error import AttemptError
from jobsys.domain.circuit_state import CircuitStatus
from jobsys.domain.log_line import LogLine
from jobsys.domain.queue_policy import QueuePolicy
from jobsys.domain.record import JobRecord
from jobsys.domain.redaction import redacted, without_secrets
from jobsys.domain.schedule import Schedule
from jobsys.domain.status import COMPLETED, DELAYED, FAILED, LEASED, READY
from jobsys.ports.job_inspector import QueueCounts


def job_view(record: JobRecord) -> dict[str, object]:
    """Returns a job as JSON values; an unreadable payload is shown as text."""
    standing = record.standing
    return {
        "job_id": record.id,
        "job_type": record.job_type,
        "queue": record.id.queue,
        "status": record.status.value,
        "reason": standing.reason.value if standing.reason else None,
        "priority": record.priority.label,
        "attempts": record.attempts,
        "crashes": standing.crashes,
        "progress": standing.percent,
        "message": redacted(standing.message),
        "created_at": _instant(record.created_at),
        "due_at": _instant(standing.due_at),
        "started_at": _instant(standing.started_at),
        "ended_at": _instant(record.ended_at),
        "completed_at": _instant(record.ended_at if record.status is COMPLETED else None),
        "worker_lane": standing.lane or None,
        "payload": _json(record.payload),
        "result": _json(record.result_json),
        "errors": errors_view(record),
    }


def errors_view(record: JobRecord) -> list[dict[str, object]]:
    """Returns a job's error history as JSON values."""
    return [_error(error) for error in record.errors]


def dead_letter_view(record: JobRecord) -> dict[str, object]:
    """Returns a dead letter as JSON values; `revision` is what an editor says to have seen."""
    return {**job_view(record), "revision": record.payload.revision}


def summary_view(summary: DeadLetterSummary) -> dict[str, object]:
    """Returns dead letters by their causes as JSON values."""
    groups = [
        {
            "queue": group.cause.queue,
            "job_type": group.cause.job_type,
            "reason": group.cause.reason,
            "error": group.cause.error,
            "count": group.count,
            "first_at": group.first_at.isoformat(),
            "last_at": group.last_at.isoformat(),
            "example": group.example,
            "message": redacted(group.message),
        }
        for group in summary.groups
    ]
    return {"groups": groups, "total": summary.total, "more": summary.more}


def schedule_view(schedule: Schedule) -> dict[str, object]:
    """Returns a schedule as JSON values."""
    return {
        "schedule_id": schedule.id,
        "job_type": schedule.header.type,
        "queue": schedule.id.queue,
        "rule": schedule.rule.model_dump(mode="json", exclude_none=True),
        "policy": schedule.policy.model_dump(mode="json", exclude_none=True),
        "priority": schedule.priority.label,
        "paused": schedule.is_paused,
        "over": schedule.is_over,
        "next_at": _instant(schedule.next_at),
        "last_at": _instant(schedule.last_at),
        "fired": schedule.fired,
        "payload": _json(schedule.payload),
    }


def fire_time_view(time: FireTime) -> dict[str, object]:
    """Returns a fire time as JSON values."""
    return {"at": _instant(time.at), "local": _instant(time.local), "note": time.note}


def circuit_view(circuit: CircuitStatus) -> dict[str, object]:
    """Returns a circuit as JSON values."""
    within = circuit.back_within
    return {
        "circuit": circuit.name,
        "state": circuit.phase.value,
        "failures": circuit.failures,
        "changed_at": _instant(circuit.changed_at),
        "open_until": _instant(circuit.open_until),
        "by_hand": circuit.by_hand,
        "probes": list(circuit.probes),
        "last_error": circuit.last_error or None,
        "failing_since": _instant(circuit.failing_since),
        "job_types": [
            {"job_type": kind, "queue": queue} for kind, queue in circuit.job_types.items()
        ],
        "back_within_seconds": within and round(within.total_seconds(), 3),
    }


def counts_view(counts: Mapping[str, QueueCounts]) -> dict[str, dict[str, dict[str, int]]]:
    """Returns counts as JSON values: by queue, `now` and `ever` by status, `waiting` by level."""
    return {
        queue: {
            "now": {status.value: number for status, number in one.now.items()},
            "ever": {status.value: number for status, number in one.ever.items()},
            "waiting": {level.label: number for level, number in one.waiting.items()},
        }
        for queue, one in counts.items()
    }


def stats_view(counts: Iterable[QueueCounts]) -> dict[str, int]:
    """Returns how many jobs stand where, over all queues, as JSON values.

    `completed` counts all that ever were, as most are not kept for long; `failed` the dead letters.
    """
    queues = list(counts)
    views = {"waiting": READY, "active": LEASED, "failed": {FAILED}, "delayed": DELAYED}
    stats = {
        name: sum(one.now.get(status, 0) for one in queues for status in statuses)
        for name, statuses in views.items()
    }
    return {**stats, "completed": sum(one.ever.get(COMPLETED, 0) for one in queues)}


def queue_view(queue: QueueView) -> dict[str, object]:
    """Returns a queue as JSON values."""
    [counts] = counts_view({"": queue.counts}).values()
    return {**counts, "policy": policy_view(queue.policy)}


def policy_view(policy: QueuePolicy) -> dict[str, object]:
    """Returns what was set of a queue as JSON values."""
    return {**policy.model_dump(mode="json"), "paused_types": sorted(policy.paused_types)}


def line_view(line: LogLine) -> dict[str, object]:
    """Returns a line of a job's log as JSON values."""
    return {
        "job_id": line.job_id,
        "at": line.at.isoformat(),
        "level": line.level,
        "attempt": line.attempt,
        "text": redacted(line.text),
    }


def _error(error: AttemptError) -> dict[str, object]:
    """Returns a line of an error history; one that keeps a replaced payload is shown like one."""
    told = error.model_dump(mode="json")
    message = _json(error.message.encode()) if error.tells_of_edit else redacted(error.message)
    shown = message if isinstance(message, str) else to_json(message).decode()
    return {**told, "message": shown, "traceback": redacted(error.traceback)}


def _json(raw: bytes | None) -> object:
    """Returns what the bytes say; where they are no JSON, they themselves as text."""
    if raw is None:
        return None
    try:
        return without_secrets(from_json(raw))
    except ValueError:
        return redacted(raw.decode(errors="backslashreplace"))


def _instant(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat()
