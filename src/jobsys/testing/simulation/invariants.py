"""What holds after each call of the backend, and at the end, whatever has gone wrong."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Final

from jobsys.adapters.memory.store import MemoryStore
from jobsys.adapters.memory.stored_queue import MemoryQueue
from jobsys.domain.status import DEAD, DELAYED, DONE, LEASED, READY, TRANSITIONS, JobStatus
from jobsys.testing.simulation.ledger import Ledger
from jobsys.testing.simulation.story import EVERY

Invariant = Callable[[Ledger, MemoryStore], Iterator[str]]
"""Yields what is wrong, each as one sentence."""

Place = frozenset[JobStatus]
"""The states whose jobs lie together."""


def accepted_jobs_stay(ledger: Ledger, store: MemoryStore) -> Iterator[str]:
    """A job that was accepted is there, in the state that it was last seen to enter."""
    for job_id in ledger.accepted:
        job = store.queue(job_id.queue).jobs.get(job_id.key)
        seen = ledger.lives[job_id].states[-1]
        if job is None:
            yield f"{job_id} was accepted and is gone"
        elif job.standing.status is not seen:
            yield f"{job_id} is {job.standing.status}, and was last seen to become {seen}"


def tokens_only_grow(ledger: Ledger, _: MemoryStore) -> Iterator[str]:
    """Each token is greater than the one before it, and nothing is taken under an old one."""
    for life in ledger.touched.values():
        if any(later <= earlier for earlier, later in pairwise(life.granted)):
            yield f"{life.job_id} was leased under the tokens {life.granted}"
        for token, newest in life.taken:
            if token != newest:
                yield f"{life.job_id}: what its holder said under token {token} was taken: {newest}"


def one_outcome(ledger: Ledger, _: MemoryStore) -> Iterator[str]:
    """A job that has ended enters no other state."""
    for life in ledger.touched.values():
        if any(state.is_final for state in life.states[:-1]):
            yield f"{life.job_id} went on after its end: {', '.join(life.states)}"


def one_place(_: Ledger, store: MemoryStore) -> Iterator[str]:
    """Each job is in the place of its state, and in no other."""
    for queue in store.queues.values():
        placed: dict[str, Place] = {}
        for place, keys in _places(queue):
            for key in keys:
                if key in placed:
                    yield f"{queue.name}:{key} is in two places"
                placed[key] = place
        if placed.keys() != queue.jobs.keys():
            yield f"{queue.name} has the jobs {sorted(queue.jobs)}, in places are {sorted(placed)}"
        for key, job in queue.jobs.items():
            if key in placed and job.standing.status not in placed[key]:
                yield f"{queue.name}:{key} is {job.standing.status}, and in another's place"


def counters_are_the_ledger(ledger: Ledger, store: MemoryStore) -> Iterator[str]:
    """What a queue has counted, now and ever, is what was seen."""
    for queue in store.queues.values():
        for counted, seen in (
            (queue.now, ledger.now[queue.name]),
            (queue.ever, ledger.ever[queue.name]),
        ):
            if counted != seen:
                yield f"{queue.name} has counted {_told(counted)}; seen was {_told(seen)}"


def nothing_starts_early(ledger: Ledger, _: MemoryStore) -> Iterator[str]:
    """No attempt starts before its job is due."""
    for life in ledger.touched.values():
        for due, at in life.starts:
            if at < due:
                yield f"{life.job_id} was due at {due} and claimed at {at}"


def moves_are_in_the_table(ledger: Ledger, _: MemoryStore) -> Iterator[str]:
    """Each change of state is one that the domain knows."""
    for life in ledger.touched.values():
        for step in pairwise([None, *life.states]):
            if step not in _STEPS:
                yield f"{life.job_id} went from {step[0]} to {step[1]}"


def everything_ended(ledger: Ledger, _: MemoryStore) -> Iterator[str]:
    """Each job has ended."""
    for life in ledger.lives.values():
        if not life.states[-1].is_final:
            yield f"{life.job_id} is still {life.states[-1]}"


def no_fire_time_is_missed(ledger: Ledger, _: MemoryStore) -> Iterator[str]:
    """Each schedule has made its jobs one after the other, none left out."""
    for schedule_id, times in ledger.fired_at.items():
        for earlier, later in pairwise(times):
            if later - earlier != EVERY:
                yield f"{schedule_id} fired for {earlier}, and then for {later}"


AFTER_EACH_CALL: Final[tuple[Invariant, ...]] = (
    accepted_jobs_stay,
    tokens_only_grow,
    one_outcome,
    one_place,
    counters_are_the_ledger,
    nothing_starts_early,
    moves_are_in_the_table,
)
AT_THE_END: Final[tuple[Invariant, ...]] = (everything_ended, no_fire_time_is_missed)

_STEPS: Final = {(source, row.target) for row in TRANSITIONS for source in row.sources}


def _places(queue: MemoryQueue) -> Iterator[tuple[Place, Iterable[str]]]:
    for level in queue.ready.values():
        yield READY, level
    yield DELAYED, queue.delayed.in_order()
    yield LEASED, queue.leased.in_order()
    yield DONE, queue.done.in_order()
    yield DEAD, queue.dead.in_order()


def _told(counted: Mapping[JobStatus, int]) -> str:
    return ", ".join(f"{number} {status}" for status, number in sorted(counted.items()) if number)
