"""Finding and mending what is wrong in memory."""

from collections import Counter
from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from dataclasses import replace

from jobsys.adapters.memory.store import MemoryStore
from jobsys.adapters.memory.stored_queue import MemoryQueue
from jobsys.domain.instants import from_ms, span_ms, to_ms
from jobsys.domain.job_id import JobId
from jobsys.domain.mending import burial, buried, stays_for, unfit
from jobsys.domain.record import PAYLOAD_MISSING
from jobsys.ports.clock import Clock
from jobsys.ports.store_checker import Finding, FindingKind, Step, StoreChecker


class MemoryStoreChecker(StoreChecker):
    """Judges envelopes and counts, one queue at a moment; nobody else can reach the places."""

    def __init__(self, store: MemoryStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def check(self, queues: Collection[str] = ()) -> AsyncIterator[Step]:
        for name, queue in sorted(self._store.queues.items()):
            if queues and name not in queues:
                continue
            with self._store.lock:
                size, found = len(queue.jobs), [*_unfit(queue), *_wrong_counts(queue)]
            yield Step(f"queue {name}", size, size, found)

    async def mend(self, findings: Sequence[Finding]) -> Sequence[bool]:
        with self._store.lock:
            now = to_ms(self._clock.now())
            return [_mended(self._store.queue(f.queue), f, now) for f in findings]


def _unfit(queue: MemoryQueue) -> Iterator[Finding]:
    for key in queue.jobs:
        reason = unfit(queue.record(key))
        job_id = JobId.of(queue.name, key)
        if reason is PAYLOAD_MISSING:
            yield Finding(FindingKind.NO_BODY, queue.name, job_id, "its envelope is gone")
        elif reason is not None:
            told = "its envelope cannot be read"
            yield Finding(FindingKind.UNREADABLE_JOB, queue.name, job_id, told)


def _wrong_counts(queue: MemoryQueue) -> Iterator[Finding]:
    standing = Counter(job.standing.status for job in queue.jobs.values())
    wrong = [s for s in {*standing, *queue.now} if standing[s] != queue.now[s]]
    if wrong:
        told = "; ".join(f"{s} {queue.now[s]}, not {standing[s]}" for s in sorted(wrong))
        yield Finding(FindingKind.WRONG_COUNTS, queue.name, queue.name, told)


def _mended(queue: MemoryQueue, finding: Finding, now: int) -> bool:
    if finding.kind is FindingKind.WRONG_COUNTS:
        return _count_anew(queue)
    key = finding.subject.partition(":")[2]
    reason = unfit(queue.record(key)) if key in queue.jobs else None
    if reason is None:
        return False
    record, job = queue.record(key), queue.jobs[key]
    after = replace(buried(record.standing, reason), changed_at=from_ms(now))
    job.errors = [*job.errors, burial(finding.told, record.standing, from_ms(now))]
    queue.place(key, after, now + span_ms(stays_for(replace(record, standing=after))))
    return True


def _count_anew(queue: MemoryQueue) -> bool:
    standing = Counter(job.standing.status for job in queue.jobs.values())
    if standing == queue.now:
        return False
    queue.now = standing
    queue.ever |= standing
    return True
