"""Workers, and why jobs wait for them, as plain data, the same for every way in which they are shown."""

from collections.abc import Mapping

from jobsys.application.scaling import QueueDemand
from jobsys.application.workers import WorkerView
from jobsys.domain.explanation import Explanation


def worker_view(worker: WorkerView) -> dict[str, object]:
    """Returns a worker as JSON values; `age_seconds` is how long ago it told of itself."""
    card = worker.card
    return {
        "worker": card.worker,
        "state": worker.state.value,
        "why": worker.why,
        "host": card.host,
        "pid": card.pid,
        "release": card.release,
        "started_at": card.started_at.isoformat(),
        "age_seconds": round(worker.age.total_seconds(), 3),
        "queues": list(card.queues),
        "job_types": dict(card.types),
        "slots": card.slots,
        "active": card.active,
        "per_second": card.rate,
        "seconds_per_attempt": card.seconds,
    }


def scaling_view(found: Mapping[str, QueueDemand]) -> dict[str, object]:
    """Returns what queues ask for as JSON values, together and each; queues may share slots."""
    every = found.values()
    return {
        "waiting": sum(one.waiting for one in every),
        "active": sum(one.active for one in every),
        "oldest_waiting_seconds": max((one.oldest for one in every), default=0.0),
        "wanted_slots": sum(one.wanted for one in every),
        "queues": {queue: _demand(one) for queue, one in found.items()},
    }


def _demand(one: QueueDemand) -> dict[str, object]:
    return {
        "waiting": one.waiting,
        "active": one.active,
        "oldest_waiting_seconds": one.oldest,
        "slots": one.slots,
        "seconds_per_attempt": one.seconds,
        "wanted_slots": one.wanted,
    }


def explanation_view(explanation: Explanation) -> dict[str, object]:
    """Returns why a job waits as JSON values."""
    starts_at = explanation.starts_at
    return {
        "code": explanation.code.value,
        "sentence": explanation.sentence,
        "mend": explanation.mend,
        "starts_at": None if starts_at is None else starts_at.isoformat(),
    }
