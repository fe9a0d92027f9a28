"""Why a job stands where it stands, and what it waits for."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from jobsys.domain.attempt_error import last_failure
from jobsys.domain.circuit_state import CircuitPhase
from jobsys.domain.duration import told_span
from jobsys.domain.explanation import MOST_AHEAD, Explanation, Scene, WaitCode
from jobsys.domain.names import worker_of
from jobsys.domain.record import JobRecord
from jobsys.domain.redaction import redacted
from jobsys.domain.status import DELAYED, JobStatus, Reason


def explained(record: JobRecord, scene: Scene) -> Explanation:
    """Returns why a job has not ended, or that it has: the first reason that holds."""
    told = (rule(record, scene) for rule in _RULES)
    return next(one for one in told if one is not None)


def _ended(record: JobRecord, scene: Scene) -> Explanation | None:
    if not record.status.is_final:
        return None
    reason = f" ({record.standing.reason})" if record.standing.reason else ""
    if record.status is not JobStatus.FAILED:
        return Explanation(WaitCode.ENDED, f"it is {record.status}{reason}")
    failure = last_failure(record.errors)
    last = f": {failure.type}: {redacted(failure.message):.200}" if failure else ""
    return Explanation(
        WaitCode.DEAD, f"it failed for good{reason}{last}", f"jobsys dlq replay {record.id}"
    )


def _leased(record: JobRecord, scene: Scene) -> Explanation | None:
    if not record.status.is_leased:
        return None
    worker = worker_of(record.standing.lane)
    lives = any(card.worker == worker for card in scene.cards)
    silent = "" if lives else ", of which nothing is heard: its lease runs out soon if it is gone"
    if record.status is JobStatus.CANCELLING:
        return Explanation(WaitCode.STOPPING, f"worker {worker} was asked to stop it{silent}")
    lasts = told_span(scene.now - record.standing.changed_at)
    return Explanation(WaitCode.RUNNING, f"it runs for {lasts} on worker {worker}{silent}")


def _blocked(record: JobRecord, scene: Scene) -> Explanation | None:
    if record.status is not JobStatus.BLOCKED:
        return None
    return Explanation(WaitCode.PARENTS, "jobs that it waits for have not ended")


def _in_open_circuit(record: JobRecord, scene: Scene) -> Explanation | None:
    circuit = scene.circuit
    held = record.standing.reason is Reason.CIRCUIT and record.status in DELAYED
    if circuit is None or circuit.phase is CircuitPhase.CLOSED:
        if not held:
            return None
        told = "it was held by its circuit, which was open; it is looked at again at its time"
        return Explanation(WaitCode.CIRCUIT, told, starts_at=record.standing.due_at)
    holds = f"it {'is' if held else 'will be'} held by circuit {circuit.name}, which"
    if circuit.by_hand:
        mend = f"jobsys circuit close {circuit.name}"
        return Explanation(WaitCode.CIRCUIT, f"{holds} was opened by hand", mend)
    last = f", the last with {circuit.last_error}" if circuit.last_error else ""
    told = f"{holds} is {circuit.phase} after {circuit.row}{last}"
    starts_at = record.standing.due_at if held else circuit.open_until
    return Explanation(WaitCode.CIRCUIT, told, starts_at=starts_at)


def _paused(record: JobRecord, scene: Scene) -> Explanation | None:
    queue, kind = record.id.queue, record.job_type
    if scene.policy.paused:
        told = f"queue {queue} is paused"
        return Explanation(WaitCode.QUEUE_PAUSED, told, f"jobsys queue resume {queue}")
    if kind in scene.policy.paused_types:
        told = f"jobs of type {kind} are held back in queue {queue}"
        return Explanation(WaitCode.TYPE_PAUSED, told, f"jobsys queue resume {queue} --type {kind}")
    return None


def _without_worker(record: JobRecord, scene: Scene) -> Explanation | None:
    queue, header = record.id.queue, record.header
    serving = [card for card in scene.cards if queue in card.queues]
    if not serving:
        told, mend = f"no live worker serves queue {queue}", f"start one: --queue {queue}"
        return Explanation(WaitCode.NO_WORKER, told, mend)
    knowing = [card.types[header.type] for card in serving if header.type in card.types]
    if not knowing:
        told = f"no live worker of queue {queue} has a handler for {header.type!r}"
        return Explanation(WaitCode.NO_HANDLER, told, "deploy the code that has one")
    if max(knowing) < header.version:
        told = f"it has version {header.version}, workers read {header.type!r} up to {max(knowing)}"
        return Explanation(WaitCode.NO_VERSION, told, "deploy the code that submitted it")
    return None


def _delayed(record: JobRecord, scene: Scene) -> Explanation | None:
    """One that found no handler waits for that, and its time is no more than the next look."""
    due, seeks_handler = record.standing.due_at, record.standing.reason is Reason.UNROUTABLE
    if due is None or due <= scene.now or seeks_handler:
        return None
    return _put_off(record, due, scene.now)


def _looked_at_later(record: JobRecord, scene: Scene) -> Explanation | None:
    due = record.standing.due_at
    return _put_off(record, due, scene.now) if record.status in DELAYED and due else None


def _put_off(record: JobRecord, due: datetime, now: datetime) -> Explanation:
    left = told_span(due - now)
    if record.status is JobStatus.RETRYING:
        failure = last_failure(record.errors)
        error = f" ({failure.type})" if failure else ""
        told = f"attempt {record.attempts} failed{error}: it is tried again in {left}"
        return Explanation(WaitCode.RETRY, told, starts_at=due)
    if record.standing.reason is Reason.SNOOZED:
        return Explanation(WaitCode.SNOOZED, f"its handler put it off: {left} are left", "", due)
    return Explanation(WaitCode.DELAY, f"its time has not come: {left} are left", "", due)


def _in_line(record: JobRecord, scene: Scene) -> Explanation:
    taking = [card for card in scene.cards if card.takes(record.id.queue, record.header)]
    ready = [card for card in taking if card.is_ready]
    if not ready:
        told = "the workers that take it start or stop, or do not reach the backend"
        return Explanation(WaitCode.NOT_READY, told, "jobsys workers tells more")
    queue = record.id.queue
    if all(card.active and queue in card.bounds for card in ready):
        most = sum(card.bounds[queue] for card in ready)
        told = f"workers run at most {most} jobs of queue {queue} at once"
        return Explanation(WaitCode.SLOTS, told)
    free = sum(max(card.slots - card.active, 0) for card in ready)
    ahead, rate = scene.ahead or 0, sum(card.rate for card in taking)
    if free > ahead:
        return Explanation(WaitCode.NEXT, "a worker is about to take it", starts_at=scene.now)
    starts_at = scene.now + timedelta(seconds=(ahead + 1) / rate) if rate else None
    pace = f", and {rate:.3g} a second have ended of late" if rate else ""
    if ahead >= MOST_AHEAD:
        return Explanation(WaitCode.AHEAD, f"{ahead} jobs or more are ahead of it{pace}")
    if ahead:
        return Explanation(WaitCode.AHEAD, f"{ahead} jobs are ahead of it{pace}", "", starts_at)
    slots = sum(card.slots for card in taking)
    return Explanation(WaitCode.SLOTS, f"all {slots} slots are busy{pace}", "", starts_at)


_RULES: Final[Sequence[Callable[[JobRecord, Scene], Explanation | None]]] = (
    _ended,
    _leased,
    _blocked,
    _in_open_circuit,
    _paused,
    _delayed,
    _without_worker,
    _looked_at_later,
    _in_line,
)
