"""Why jobs may not be processed at all."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Final

from jobsys.application.doctor.finding import Code, Finding, Standing
from jobsys.application.doctor.scene import Scene
from jobsys.application.workers import WorkerState, WorkerView
from jobsys.domain.circuit_state import CircuitPhase, CircuitStatus
from jobsys.domain.duration import told_span
from jobsys.domain.job_id import JobId
from jobsys.domain.status import LEASED, QUEUED, RETRYING, JobStatus

URGENT: Final = LEASED | {QUEUED, RETRYING}
START_ONE: Final = "start one with the container of your application, such as shop.jobs:container"
STARTS_WITHIN: Final = timedelta(seconds=10)


def held(scene: Scene) -> Iterator[Finding]:
    """Finds queues that are paused, and types that are held back, while jobs are there."""
    for queue, one in scene.overview.queues.items():
        number = _open_jobs(one.counts.now)
        if one.policy.paused and number:
            told = f"queue {queue} is paused, and {number} of its jobs have not ended"
            mend, command = "resume it", f"jobsys queue resume {queue}"
            yield Finding(Code.QUEUE_PAUSED, Standing.WARNING, told, mend, command, queue)
        for kind in sorted(one.policy.paused_types) if number else ():
            told = (
                f"queue {queue} holds jobs of type {kind} back; {number} jobs in it have not ended"
            )
            command = f"jobsys queue resume {queue} --type {kind}"
            mend = "let the type go on"
            yield Finding(Code.TYPE_PAUSED, Standing.WARNING, told, mend, command, queue, kind)


def unserved(scene: Scene) -> Iterator[Finding]:
    """Finds queues with jobs that no worker takes, or none that is ready."""
    for queue, one in scene.overview.queues.items():
        number = _open_jobs(one.counts.now)
        if not number or scene.ready(queue):
            continue
        is_urgent = any(one.counts.now[status] for status in URGENT)
        standing = Standing.TROUBLE if is_urgent else Standing.WARNING
        command = f"jobsys worker --queue {queue}"
        if heard := scene.heard(queue):
            told = f"{number} jobs of queue {queue} wait, and none of its {len(heard)} workers is ready"
            mend = "see in their logs why their calls to the backend go wrong, or start another one"
            yield Finding(Code.WORKERS_NOT_READY, standing, told, mend, command, queue)
            continue
        silent = sum(queue in worker.card.queues for worker in scene.overview.workers)
        missed = f"; {silent} that did are not heard of any more" if silent else ""
        told = f"no live worker serves queue {queue}, in which {number} have not ended{missed}"
        yield Finding(Code.NO_WORKER, standing, told, START_ONE, command, queue)


def silent(scene: Scene) -> Iterator[Finding]:
    """Finds workers that are not heard of, and in whose place nobody has come."""
    for one in scene.overview.workers:
        if one.state is not WorkerState.SILENT or _is_replaced(one, scene):
            continue
        card = one.card
        told = f"worker {card.worker} (process {card.pid} on {card.host}) was not heard of for"
        mend = "end its process, if it still stands there, and start another"
        queues = " ".join(f"--queue {queue}" for queue in card.queues)
        yield Finding(
            Code.WORKER_SILENT,
            Standing.WARNING,
            f"{told} {told_span(one.age)}",
            mend,
            f"jobsys worker {queues}",
            card.worker,
        )


def not_ready(scene: Scene) -> Iterator[Finding]:
    """Finds workers that are heard of and could not claim; one that starts has a moment for it."""
    for one in scene.overview.workers:
        card, has_begun = one.card, scene.now - one.card.started_at > STARTS_WITHIN
        if one.state is WorkerState.NOT_READY and has_begun:
            told = (
                f"worker {card.worker} (process {card.pid} on {card.host}) takes no job: {one.why}"
            )
            mend, command = "see in its log why its calls to the backend go wrong", "jobsys workers"
            yield Finding(
                Code.WORKERS_NOT_READY, Standing.WARNING, told, mend, command, card.worker
            )


def unroutable(scene: Scene) -> Iterator[Finding]:
    """Finds jobs of which every live worker of their queue lacks the type, or the version."""
    missing = dict[tuple[str, str], list[tuple[JobId, int]]]()
    for record in scene.unroutable:
        heard = scene.heard(record.id.queue)
        if heard and not any(one.card.takes(record.id.queue, record.header) for one in heard):
            pair = record.id.queue, record.job_type
            missing.setdefault(pair, []).append((record.id, record.header.version))
    for (queue, kind), jobs in sorted(missing.items()):
        yield _unroutable(scene, queue, kind, jobs)


def circuits(scene: Scene) -> Iterator[Finding]:
    """Finds circuits that hold jobs."""
    for one in scene.overview.circuits:
        if one.phase is CircuitPhase.CLOSED:
            continue
        told, standing = _why_open(one, scene), Standing.TROUBLE
        mend = "mend what its jobs depend on; it tries by itself, or is closed"
        if one.by_hand:
            mend, standing = "close it", Standing.WARNING
        if one.back_within:
            mend += f"; once it is closed, its jobs come back within {told_span(one.back_within)}"
        command = f"jobsys circuit close {one.name}"
        yield Finding(Code.CIRCUIT_OPEN, standing, told, mend, command, one.name)


def _why_open(one: CircuitStatus, scene: Scene) -> str:
    held = f" and holds jobs of {', '.join(one.job_types)}" if one.job_types else ""
    if one.by_hand:
        return f"circuit {one.name} was opened by hand{held}"
    first = (
        f", the first {told_span(scene.now - one.failing_since)} ago" if one.failing_since else ""
    )
    last = f", the last with {one.last_error}" if one.last_error else ""
    return f"circuit {one.name} is {one.phase}{held} after {one.row}{first}{last}"


def _open_jobs(now: Mapping[JobStatus, int]) -> int:
    return sum(number for status, number in now.items() if not status.is_final)


def _is_replaced(gone: WorkerView, scene: Scene) -> bool:
    """Says whether a worker that is ready took over all queues since the other one was last heard."""
    heard_at = scene.now - gone.age
    return any(
        one.state is WorkerState.READY
        and one.card.started_at >= heard_at
        and set(gone.card.queues) <= set(one.card.queues)
        for one in scene.overview.workers
    )


def _unroutable(scene: Scene, queue: str, kind: str, jobs: Sequence[tuple[JobId, int]]) -> Finding:
    versions = [one.card.types[kind] for one in scene.heard(queue) if kind in one.card.types]
    number, newest = len(jobs), max(version for _, version in jobs)
    told = f"no live worker of queue {queue} has a handler for {kind!r}"
    code, mend = Code.NO_HANDLER, "start a worker with the code that has one"
    if versions:
        told = f"workers of queue {queue} read {kind!r} up to version {max(versions)}, not {newest}"
        code, mend = Code.NO_VERSION, "start a worker with the code that submitted them"
    told += f": {number} jobs wait for that, such as {jobs[0][0]}"
    return Finding(code, Standing.TROUBLE, told, mend, f"jobsys worker --queue {queue}", queue)
