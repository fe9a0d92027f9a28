"""All that one queue has in memory: the same places that a durable backend keeps on disk."""

from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from jobsys.adapters.memory.scored_set import ScoredSet
from jobsys.domain.attempt_error import AttemptError
from jobsys.domain.instants import from_ms
from jobsys.domain.job_id import JobId
from jobsys.domain.looks import Looks
from jobsys.domain.priority import ALL_LEVELS, JobPriority
from jobsys.domain.queue_policy import QueuePolicy
from jobsys.domain.record import JobRecord, Standing, restored
from jobsys.domain.status import DEAD, DELAYED, LEASED, READY, WAITING, JobStatus
from jobsys.domain.unique import Hold, UniqueClaim


@dataclass(slots=True)
class StoredJob:
    """A job as the store has it: its envelope's bytes and where it stands."""

    raw: bytes | None
    created_ms: int
    standing: Standing
    result: bytes | None = None
    errors: list[AttemptError] = field(default_factory=list[AttemptError])


class MemoryQueue:
    """All that one queue has."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.jobs: dict[str, StoredJob] = {}
        self.ready: dict[JobPriority, OrderedDict[str, None]] = {
            level: OrderedDict() for level in ALL_LEVELS
        }
        self.delayed, self.leased = ScoredSet(), ScoredSet()
        self.done, self.dead = ScoredSet(), ScoredSet()
        self.now: Counter[JobStatus] = Counter()
        self.ever: Counter[JobStatus] = Counter()
        self.looks = Looks()
        self.policy = QueuePolicy()
        self.holds: dict[str, Hold] = {}
        self.owed = 0  # claims since one was of a job that had waited too long

    def add(self, key: str, job: StoredJob, score: int) -> None:
        """Takes a new job in."""
        self.jobs[key] = job
        self.note(None, job.standing.status)
        self._put(key, job.standing, score, at_head=False)

    def remove(self, key: str) -> None:
        """Forgets a job wherever it stands; totals stay."""
        job = self.jobs.pop(key)
        self.note(job.standing.status, None)
        self._take_out(key, job.standing)

    def place(self, key: str, after: Standing, score: int, *, at_head: bool = False) -> None:
        """Moves a job to the place of the state it enters."""
        job = self.jobs[key]
        self.note(job.standing.status, after.status)
        self._take_out(key, job.standing)
        job.standing = after
        self._put(key, after, score, at_head=at_head)

    def note(self, before: JobStatus | None, after: JobStatus | None) -> None:
        """Counts a change of state."""
        if before is not None:
            self.now[before] -= 1
        if after is not None:
            self.now[after] += 1
            self.ever[after] += before is not after

    def kept_out_by(self, claim: UniqueClaim, key: str, now: int) -> str | None:
        """Returns the key of the job that keeps this one out; None where it holds the digest now."""
        held = self.holds.get(claim.digest)
        if held and held.keeps_out(key, self.status_of(held.key), now):
            return held.key
        self.holds[claim.digest] = claim.hold(key, now)
        return None

    def status_of(self, key: str) -> JobStatus | None:
        """Returns where a job stands; None where there is no such job."""
        return self.jobs[key].standing.status if key in self.jobs else None

    def waiting(self) -> int:
        """Returns how many jobs are ready."""
        return sum(map(len, self.ready.values()))

    def not_begun(self) -> int:
        """Returns how many jobs wait, for a worker or for a time."""
        return sum(self.now[status] for status in WAITING)

    def on_offer(self) -> int:
        """Returns how many jobs are ready to be claimed; none while the queue is paused."""
        return 0 if self.policy.paused else self.waiting()

    def oldest(self) -> dict[JobPriority, datetime]:
        """Returns since when the first job of each level that has one is ready."""
        heads = {level: next(iter(keys)) for level, keys in self.ready.items() if keys}
        return {level: self.jobs[key].standing.changed_at for level, key in heads.items()}

    def head(self, limit: int, levels: Iterable[JobPriority] = ALL_LEVELS) -> list[str]:
        """Returns the keys at the heads of these levels' lists, in that order."""
        keys: list[str] = []
        for level in levels:
            for key in self.ready[level]:
                if len(keys) >= limit:
                    return keys
                keys.append(key)
        return keys

    def in_order(self) -> Iterator[str]:
        """Yields every key: leased, ready, delayed, dead, done."""
        yield from self.leased.in_order()
        yield from self.head(len(self.jobs))
        yield from self.delayed.in_order()
        yield from self.dead.in_order(highest_first=True)
        yield from self.done.in_order(highest_first=True)

    def record(self, key: str) -> JobRecord:
        """Returns a job's record as a claim shows it: without result and errors."""
        job = self.jobs[key]
        return restored(JobId.of(self.name, key), job.raw, from_ms(job.created_ms), job.standing)

    def full_record(self, key: str) -> JobRecord:
        """Returns all that is kept of a job."""
        job = self.jobs[key]
        return replace(self.record(key), result_json=job.result, errors=tuple(job.errors))

    def _scored(self, status: JobStatus) -> ScoredSet:
        if status in DELAYED:
            return self.delayed
        if status in LEASED:
            return self.leased
        return self.dead if status in DEAD else self.done

    def _take_out(self, key: str, standing: Standing) -> None:
        if standing.status in READY:
            self.ready[standing.priority].pop(key, None)
        else:
            self._scored(standing.status).discard(key)

    def _put(self, key: str, standing: Standing, score: int, *, at_head: bool) -> None:
        if standing.status in READY:
            self.ready[standing.priority][key] = None
            if at_head:
                self.ready[standing.priority].move_to_end(key, last=False)
        else:
            self._scored(standing.status).put(key, score)
